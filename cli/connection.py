"""Connections to the web page, bounded: how many there are, how many of one client, and how long a request may take."""

import time
from collections import Counter
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

#: Of one client: a browser opens six, a household behind one address some more.
MOST_OF_A_CLIENT = 32
#: In all; below what a process may have open by default.
MOST = 800
#: Seconds until the whole of a request must have come, and until a silent connection is closed.
REQUEST_SECONDS = 20
IDLE_SECONDS = 30
#: Bytes of a request's head, and of its body; the application has bounds of its own for each route.
MOST_OF_A_HEAD = 16_384
MOST_OF_A_BODY = 1_000_000
#: Seconds that a client has, once the server is told to end, to take the rest of its answer.
FAREWELL_SECONDS = 5


class Connection(HTTPChannel):
    """One connection, which knows since when a request has been coming."""

    waiting_since: float | None

    def __init__(self, *args: Any, **said: Any) -> None:
        self.waiting_since = time.monotonic()  # for the first request
        super().__init__(*args, **said)

    def received(self, data: bytes) -> bool:
        if self.request is None and self.waiting_since is None:
            self.waiting_since = time.monotonic()
        read: bool = super().received(data)
        if self.request is None:
            self.waiting_since = None
        return read


class BoundedServer(TcpWSGIServer):
    """Closes what one client has too many of, and what brings its request drop by drop.

    `counts_clients` is False behind proxies, which bring the connections of everybody.
    """

    channel_class = Connection
    counts_clients = True
    request_seconds: float = REQUEST_SECONDS
    farewell_seconds: float = FAREWELL_SECONDS

    def handle_accept(self) -> None:
        channels: dict[int, Connection] = self.active_channels  # type: ignore[assignment]  # typed as one channel
        known = set(channels)
        super().handle_accept()
        if not self.counts_clients:
            return
        of_client = Counter(channel.addr[0] for channel in channels.values())
        for number in channels.keys() - known:
            channel = channels[number]
            if of_client[channel.addr[0]] > MOST_OF_A_CLIENT:
                channel.handle_close()
                break

    def maintenance(self, now: int) -> None:
        channels: dict[int, Connection] = self.active_channels  # type: ignore[assignment]  # typed as one channel
        super().maintenance(now)
        latest = time.monotonic() - self.request_seconds
        for channel in channels.values():
            if not channel.requests and channel.waiting_since is not None and channel.waiting_since < latest:
                channel.will_close = True

    def end(self) -> None:
        """Close in good order, within seconds whatever clients do; called in the thread that waits on the sockets.

        What is being answered comes to its end and is sent; who only keeps a connection is cut off at once.
        """
        self.task_dispatcher.shutdown()
        self.asyncore.dispatcher.close(self)  # nobody new
        channels: dict[int, Connection] = self.active_channels  # type: ignore[assignment]  # typed as one channel
        for channel in channels.values():
            channel.close_when_flushed = True
        latest = time.monotonic() + self.farewell_seconds
        while channels and time.monotonic() < latest:
            # Without the trigger: this runs within its turn, and it would wait for itself.
            lines = {number: one for number, one in self._map.items() if one is not self.trigger}  # type: ignore[attr-defined]  # inherited
            self.asyncore.loop(timeout=0.1, use_poll=True, map=lines, count=1)
        for channel in tuple(channels.values()):
            channel.handle_close()
        self.trigger.close()  # type: ignore[attr-defined]  # an object, typed as a number

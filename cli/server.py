"""The web page behind waitress, a production WSGI server."""

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from timthau.config import Settings
from timthau.errors import ConfigError, StoreError
from timthau.store.process.attendance import attend

#: Requests answered at once; searches take milliseconds, so few threads serve many people.
_THREADS = 8


class Server:
    """A bound server; `url` is where it answers once it runs."""

    def __init__(self, url: str, waitress: Any, database_url: str, prepare: Callable[[], object]) -> None:
        self.url, self._database_url, self._prepare = url, database_url, prepare
        self._waitress = waitress
        self._runs = False

    def run(self) -> None:
        """Answer requests until `close` is called or the process is told to end."""
        self._runs = True
        # What is counted once takes seconds where there are a hundred thousand notices: nobody should wait for it.
        threading.Thread(target=self._count, name="count", daemon=True).start()
        with attend(self._database_url, "web"):
            self._waitress.run()

    def _count(self) -> None:
        with suppress(StoreError):  # who asks for it is told
            self._prepare()

    def close(self) -> None:
        """Stop answering; may be called from any thread."""
        if self._runs:
            # Its own thread waits on the sockets, so it has to be the one that closes them.
            with suppress(OSError):  # an answer that was just given has woken it, and it has ended already
                self._waitress.trigger.pull_trigger(self._waitress.end)
        else:
            self._waitress.close()


def open_server(settings: Settings, *, host: str, port: int) -> Server:
    """A server on a host and port (0: any free one). Raises ConfigError when the address cannot be had."""
    from waitress.adjustments import Adjustments

    from cli.connection import IDLE_SECONDS, MOST, MOST_OF_A_BODY, MOST_OF_A_HEAD, BoundedServer
    from cli.session import open_search
    from index.opening import warm_up
    from webui import create_app

    with open_search(settings):  # brings index and guides up to date; the application opens its own
        app = create_app(settings)
    warm_up(app.extensions["timthau"].engine)
    # Bound here and not by waitress: its message for a port in use is a traceback.
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ConfigError(f"cannot serve on {host}:{port}: {error.strerror or error}") from error
    # Requests that wait for a thread are what threads are for; a line about each would fill the disk.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    bound = listener.getsockname()[1]
    # What a client says of itself is taken out, unless proxies are trusted to say it; then the application counts them.
    clean = not settings.trusted_proxies
    adjustments = Adjustments(
        sockets=[listener],
        threads=_THREADS,
        ident=None,
        clear_untrusted_proxy_headers=clean,
        connection_limit=MOST,
        channel_timeout=IDLE_SECONDS,
        cleanup_interval=5,
        max_request_header_size=MOST_OF_A_HEAD,
        max_request_body_size=MOST_OF_A_BODY,
        asyncore_use_poll=True,  # select() takes no more than 1,024 files
    )
    family = (listener.family, listener.type, listener.proto, listener.getsockname())
    waitress = BoundedServer(app, {}, True, listener, adj=adjustments, bind_socket=False, sockinfo=family)
    waitress.counts_clients = clean
    shown = f"[{host}]" if ":" in host else host
    return Server(f"http://{shown}:{bound}/", waitress, settings.database_url, app.extensions["timthau"].overview.get)

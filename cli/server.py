"""The web page behind waitress, a production WSGI server."""

import logging
import socket
from typing import Any

from timthau.config import Settings
from timthau.errors import ConfigError

#: Requests answered at once; searches take milliseconds, so few threads serve many people.
_THREADS = 8


class Server:
    """A bound server; `url` is where it answers once it runs."""

    def __init__(self, url: str, waitress: Any) -> None:
        self.url = url
        self._waitress = waitress
        self._runs = False

    def run(self) -> None:
        """Answer requests until `close` is called or the process is told to end."""
        self._runs = True
        self._waitress.run()

    def close(self) -> None:
        """Stop answering; may be called from any thread."""
        if self._runs:
            # Its own thread waits on the sockets, so it has to be the one that closes them.
            self._waitress.trigger.pull_trigger(self._waitress.close)
        else:
            self._waitress.close()


def open_server(settings: Settings, *, host: str, port: int) -> Server:
    """A server on a host and port (0: any free one). Raises ConfigError when the address cannot be had."""
    from waitress.server import create_server

    from cli.session import open_search
    from webui import create_app

    with open_search(settings):  # brings index and guides up to date; the application opens its own
        app = create_app(settings)
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
    waitress = create_server(app, sockets=[listener], threads=_THREADS, ident=None, clear_untrusted_proxy_headers=clean)
    shown = f"[{host}]" if ":" in host else host
    return Server(f"http://{shown}:{bound}/", waitress)

"""The app over HTTP on this machine: a thread for each connection, each request answered."""

import contextlib
import http
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from werkzeug.serving import WSGIRequestHandler, make_server

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HOST: Final = "127.0.0.1"
DRAIN_SECONDS: Final = 15
"""Longer than any request may take."""


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes any free one. OSError where it is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


@contextlib.contextmanager
def serving(app: WsgiApp, listener: socket.socket) -> Iterator[None]:
    """Serve for the length of a block, and past it until the last request is answered."""
    requests = _Requests()
    server = make_server(
        HOST, 0, app, threaded=True, request_handler=_handler(requests), fd=listener.fileno()
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        listener.close()
        requests.drain()


class _Requests:
    """How many requests are under way."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._under_way = 0
        self._ending = False

    def begin(self) -> bool:
        """False at the end: a connection may have been made before."""
        with self._changed:
            if self._ending:
                return False
            self._under_way += 1
            return True

    def done(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def drain(self) -> None:
        with self._changed:
            self._ending = True
            self._changed.wait_for(lambda: not self._under_way, DRAIN_SECONDS)


def _handler(requests: _Requests) -> type[WSGIRequestHandler]:
    """Counts here and not in the app: werkzeug leaves an answer open whose reader hung up."""

    class Handler(WSGIRequestHandler):
        def run_wsgi(self) -> None:
            if not requests.begin():
                self.close_connection = True
                self.send_error(http.HTTPStatus.SERVICE_UNAVAILABLE)
                return
            try:
                super().run_wsgi()
            finally:
                requests.done()

        def log_request(self, *_: Any) -> None:
            """The app writes its own line for each request."""

    return Handler

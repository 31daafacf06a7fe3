"""The app over HTTP on this machine: a thread for each connection, each request answered."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
HOST: Final = "127.0.0.1"
_DRAIN_SECONDS: Final = 15
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
    requests = _Requests(app)
    server = make_server(
        HOST, 0, requests, threaded=True, request_handler=_Quiet, fd=listener.fileno()
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


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: Any) -> None:
        """The app writes its own line for each request."""


class _Requests:
    """WSGI middleware that knows how many requests are under way."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app
        self._changed = threading.Condition()
        self._under_way = 0
        self._ending = False

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        with self._changed:
            if self._ending:  # on a connection that was made before
                start_response("503 Service Unavailable", [("Connection", "close")])
                return []
            self._under_way += 1
        try:
            return ClosingIterator(self._app(environ, start_response), [self._done])
        except BaseException:
            self._done()
            raise

    def _done(self) -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def drain(self) -> None:
        with self._changed:
            self._ending = True
            self._changed.wait_for(lambda: not self._under_way, _DRAIN_SECONDS)

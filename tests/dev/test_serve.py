"""The local server: at its end, what is under way is answered, and nothing new is begun."""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dev.serve import DRAIN_SECONDS, HOST, listen, serving


class Slow:
    """An app whose answer to `/slow` waits until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.let_go = threading.Event()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            self.begun.set()
            self.let_go.wait(10)
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]


def test_a_request_under_way_is_answered_before_the_end() -> None:
    app, answers = Slow(), []
    listener = listen(0)
    port = listener.getsockname()[1]

    def ask() -> None:
        connection = http.client.HTTPConnection(HOST, port)
        connection.request("GET", "/slow")
        answers.append(connection.getresponse().read())

    with serving(app, listener):
        asking = threading.Thread(target=ask)
        asking.start()
        app.begun.wait(10)
        threading.Timer(0.3, app.let_go.set).start()
    asking.join()

    assert answers == [b"done"]


def test_a_connection_made_before_the_end_gets_nothing_after_it() -> None:
    app = Slow()
    listener = listen(0)
    early, later = (http.client.HTTPConnection(HOST, listener.getsockname()[1]) for _ in range(2))
    with serving(app, listener):
        early.connect()
        later.request("GET", "/")  # accepted in turn: once it is answered, the early one is in
        later.getresponse().read()

    early.request("GET", "/")

    assert early.getresponse().status == 503


def test_a_reader_who_hangs_up_is_not_waited_for() -> None:
    """As a browser does when its window is closed; werkzeug then never closes the answer."""
    gone = threading.Event()

    def app(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Length", "4")])
        yield b"done"
        gone.wait(10)

    listener = listen(0)
    with serving(app, listener):
        with socket.create_connection(listener.getsockname()) as reader:
            reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            reader.recv(1)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # RST
        gone.set()
        hung_up = time.monotonic()

    assert time.monotonic() - hung_up < DRAIN_SECONDS / 2

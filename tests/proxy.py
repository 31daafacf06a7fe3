"""A TCP proxy in front of the emulator that loses requests and answers.

A fault lies on all writes (or reads) whose body holds a marker, such as an event's slug, so that
many cases run side by side through one proxy.
"""

import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

How = Literal["drop", "reset", "hang"]
When = Literal["before", "after"]
HANG_SECONDS = 15
"""Longer than any request of the app may take."""


@dataclass(frozen=True)
class Fault:
    """What happens to the first `times` requests, before or after the emulator executes them.

    `drop`: the connection ends (FIN). `reset`: it is torn (RST). `hang`: no answer comes.
    """

    how: How
    when: When
    times: int
    reads: bool = False


class Proxy:
    def __init__(self, upstream: int) -> None:
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.faults: dict[str, Fault] = {}
        """By marker."""
        self.met: dict[str, int] = {}
        """How many requests each fault has met, by marker."""
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def serve(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(connection,), daemon=True).start()

    def end(self) -> None:
        self._ended.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _relay(self, client: socket.socket) -> None:
        """Request after request of one connection, until a fault or either side ends it."""
        with client, client.makefile("rb") as stream:
            while request := _read_request(stream):
                fault = self._fault_on(request)
                if fault is None or fault.when == "after":
                    answer = _ask(self._upstream, request)
                if fault is not None:
                    self._break(client, fault)
                    return
                client.sendall(answer)

    def _fault_on(self, request: bytes) -> Fault | None:
        with self._lock:
            for marker, fault in self.faults.items():
                if fault.reads == _is_read(request) and marker.encode() in request:
                    self.met[marker] = self.met.get(marker, 0) + 1
                    return fault if self.met[marker] <= fault.times else None
        return None

    def _break(self, client: socket.socket, fault: Fault) -> None:
        if fault.how == "hang":
            self._ended.wait(HANG_SECONDS)
        elif fault.how == "reset":
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _is_read(request: bytes) -> bool:
    operations = (b"GetItem", b"BatchGetItem", b"Query", b"Scan")
    return any(b"DynamoDB_20120810." + operation in request for operation in operations)


def _read_request(stream: Any) -> bytes:
    """One request as it came; empty at the end of the connection."""
    try:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline()
            if not line:
                return b""
            head += line
        sizes = [line for line in head.lower().splitlines() if line.startswith(b"content-length:")]
        return head + stream.read(int(sizes[0].split(b":")[1])) if sizes else head
    except OSError:
        return b""


def _ask(port: int, request: bytes) -> bytes:
    """The emulator's answer to a request, put together anew with its length."""
    with socket.create_connection(("127.0.0.1", port)) as upstream:
        upstream.sendall(request)
        response = http.client.HTTPResponse(upstream)
        response.begin()
        body = response.read()
    kept = [(n, v) for n, v in response.getheaders() if n.lower() not in _HOP_BY_HOP]
    lines = [f"HTTP/1.1 {response.status} {response.reason}"]
    lines += [f"{name}: {value}" for name, value in [*kept, ("Content-Length", str(len(body)))]]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


_HOP_BY_HOP = ("connection", "keep-alive", "transfer-encoding", "content-length")


@contextmanager
def between(upstream: int) -> Iterator[Proxy]:
    """A proxy in front of that port, for the length of a block."""
    proxy = Proxy(upstream)
    thread = threading.Thread(target=proxy.serve)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.end()
        thread.join()

"""One structured line for each request. No path, query, name or cookie gets into it."""

import json
import logging
import re
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from scc.aws import deadline
from scc.web import headers
from scc.web.edge import Environ, WsgiApp

REQUEST_ID = "scc.request_id"
NOTES = "scc.log"

_log = logging.getLogger("scc.request")


def set_up_logging() -> None:
    """Lines go to standard output as they are; what sets up the root logger stays out of it."""
    if not _log.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        _log.addHandler(handler)
    _log.setLevel(logging.INFO)
    _log.propagate = False


class RequestLog:
    """WSGI middleware: a request id, the request's deadline, and the line at its end."""

    def __init__(self, app: WsgiApp, stage: str) -> None:
        self._app = app
        self._stage = stage

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        started = time.monotonic()
        environ[REQUEST_ID] = _request_id(environ)
        notes: dict[str, Any] = {"route": ""}
        environ[NOTES] = notes
        status = "500"

        def note_status(line: str, given: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = line[:3]
            return start_response(line, given, *rest)

        try:
            with deadline():
                return self._app(environ, note_status)
        except Exception as error:  # outside of Flask: still an answer, and still closed
            note_error(environ, error)
            start_response("500 Internal Server Error", list(headers.CLOSED.items()))
            return [f"Something broke on our side. Request {environ[REQUEST_ID]}\n".encode()]
        finally:
            line = {
                "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "stage": self._stage,
                "request_id": environ[REQUEST_ID],
                "method": environ.get("REQUEST_METHOD", ""),
                "status": int(status),
                "ms": round((time.monotonic() - started) * 1000),
                **notes,
            }
            _log.info(json.dumps(line))


def note_error(environ: Environ, error: BaseException) -> None:
    """Put where it happened on the line: types and places, no values, which may be private."""
    chain: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(chain) < 5:
        chain.append(f"{type(seen).__name__} at {_place(seen.__traceback__)}")
        seen = seen.__cause__ or seen.__context__
    environ.get(NOTES, {})["error"] = chain


def _place(trace: TracebackType | None) -> str:
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        name = re.sub(r".*/(?=scc/|site-packages/)", "", code.co_filename)
        places.append(f"{name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(places[-4:])


def _request_id(environ: Environ) -> str:
    given = getattr(environ.get("lambda.context"), "aws_request_id", "")
    return str(given) if given else secrets.token_hex(8)

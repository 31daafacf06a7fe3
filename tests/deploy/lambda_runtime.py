"""What Lambda's Python does with a package: import the handler, then one event after the other.

    python -I -S -u lambda_runtime.py <unzipped package> <file descriptor for the answers>

Run so, only the standard library and the package can be imported. Reads one JSON object a line,
`{"id": ..., "event": ...}`; writes one a line: the handler's answer, or what it raised.
"""

import json
import os
import sys
from importlib.machinery import SourceFileLoader

PACKAGE, ANSWERS = sys.argv[1], int(sys.argv[2])
sys.path.insert(0, PACKAGE)

compiled: list[str] = []


class Context:
    function_name = "scc"

    def __init__(self, request_id: str) -> None:
        self.aws_request_id = request_id


def _watch_compiling() -> None:
    """Note every module whose bytecode Python would not take."""
    original = SourceFileLoader.source_to_code

    def noting(self: SourceFileLoader, data: bytes, path: str, **options: object) -> object:
        compiled.append(path)
        return original(self, data, path, **options)

    SourceFileLoader.source_to_code = noting  # type: ignore[method-assign]


def main() -> None:
    _watch_compiling()
    from scc.entry import handler  # as zappa_settings.json has it

    for line in sys.stdin:
        call = json.loads(line)
        if "python" in call:
            found: dict[str, object] = {"compiled": compiled}
            exec(call["python"], found)
            answer: object = found.get("result")
        else:
            try:
                answer = handler(call["event"], Context(call["id"]))
            except Exception as error:
                answer = {"raised": f"{type(error).__name__}: {error}"}
        os.write(ANSWERS, json.dumps(answer).encode() + b"\n")


main()

"""A JSON body read strictly: from the raw bytes, whatever its Content-Type; numbers as text."""

import json
from typing import Any

from flask import request

from scc.errors import Invalid


class Number(str):
    """A JSON number as it was written: never through a float."""

    __slots__ = ()


def read_object() -> dict[str, Any]:
    """The body's object. Invalid for anything else, duplicate keys and NaN too."""
    try:
        body = json.loads(
            request.get_data().decode("utf-8-sig"),
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique,
        )
    except UnicodeDecodeError as error:
        raise Invalid({"body": "Send the body in UTF-8."}) from error
    except (ValueError, RecursionError) as error:
        reason = error.args[0] if isinstance(error, _Refused) else "Send one JSON object."
        raise Invalid({"body": reason}) from error
    if not isinstance(body, dict):
        raise Invalid({"body": "Send one JSON object."})
    return body


class _Refused(ValueError):
    pass


def _refuse_constant(name: str) -> None:
    raise _Refused(f"{name} is no JSON number.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("Give each field once.")
    return found

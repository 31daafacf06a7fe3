"""What somebody had typed when their session ended: carried through the sign-in.

It is only ever shown again in its form, for its owner to press; nothing acts on it.
"""

import json
from dataclasses import dataclass

from flask import request

from scc.web import current
from scc.web.forms import is_carried, showable
from scc.web.pages import is_ours


@dataclass(frozen=True)
class Kept:
    path: str
    fields: tuple[tuple[str, str], ...]

    def dump(self) -> str:
        return json.dumps({"path": self.path, "fields": self.fields}, ensure_ascii=False)


def keep() -> Kept | None:
    """What was typed into the form of the request at hand, if anything was."""
    if request.environ["REQUEST_METHOD"] != "POST":
        return None
    fields = tuple(
        (showable(name), showable(value))
        for name, value in request.form.items(multi=True)
        if is_carried(name)
    )
    return Kept(current.place(), fields) if fields else None


def read(text: str) -> Kept | None:
    """What `dump` gave; None for anything else."""
    try:
        data = json.loads(text or "null")
        path = data["path"]
        fields = tuple((str(name), str(value)) for name, value in data["fields"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return Kept(path, fields) if isinstance(path, str) and is_ours(path) else None

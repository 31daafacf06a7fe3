"""Static files under addresses that carry their content's hash, so that they never go stale.

Style sheets and scripts are many small files in `static/` and one each on the wire: one for the
office, and lighter ones for guests and crew, whose pages come over a dock's signal.
"""

import hashlib
import mimetypes
from collections.abc import Callable
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, url_for

from scc.web import guards

STATIC = Path(__file__).resolve().parents[2] / "static"
_GUESTS_TOO = ("00-", "10-", "15-", "20-button", "20-chip", "20-field", "42-", "90-")
_GUESTS_ALONE = ("43-",)
_CREW_TOO = (*_GUESTS_TOO, "20-masthead", "32-", "35-waivers", "40-")
_CREW_ALONE = ("44-",)
"""How the names of such style sheets begin."""

blueprint = Blueprint("assets", __name__)


class Assets:
    """Contents by name, read once at start."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.files = {
            f"img/{path.name}": path.read_bytes() for path in sorted((folder / "img").glob("*"))
        }
        sheets = {path.name: path.read_bytes() for path in sorted((folder / "css").glob("*.css"))}
        self.files["app.css"] = _joined(
            sheets, lambda name: not name.startswith((*_GUESTS_ALONE, *_CREW_ALONE))
        )
        for path in sorted((folder / "css/pages").glob("*.css")):
            self.files[path.name] = path.read_bytes()
        guests = (*_GUESTS_TOO, *_GUESTS_ALONE)
        self.files["guest.css"] = _joined(sheets, lambda name: name.startswith(guests))
        crew = (*_CREW_TOO, *_CREW_ALONE)
        self.files["crew.css"] = _joined(sheets, lambda name: name.startswith(crew))
        self.files["crew.js"] = _module(folder / "js/crew")
        self.worker = _module(folder / "js/worker")
        self.files["app.js"] = _scripts(folder / "js")
        self.files["guest.js"] = _scripts(folder / "js/guest")
        self.files["sail.js"] = _scripts(folder / "js/sail")
        self.hashes = {
            name: hashlib.sha256(content).hexdigest()[:12] for name, content in self.files.items()
        }


def _joined(sheets: dict[str, bytes], wanted: Callable[[str], bool]) -> bytes:
    return b"".join(content for name, content in sheets.items() if wanted(name))


def _scripts(folder: Path) -> bytes:
    """Each script keeps its names to itself. Lines of comment stay at home."""
    scripts = [_code(path.read_bytes()) for path in sorted(folder.glob("*.js"))]
    return b"".join(b"{" + script + b"}\n" for script in scripts)


def _module(folder: Path) -> bytes:
    """Scripts that wait for something at their top level: braces would not let them."""
    return b"".join(_code(path.read_bytes()) for path in sorted(folder.glob("*.js")))


def _code(script: bytes) -> bytes:
    lines = script.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.lstrip().startswith((b"//", b"/**")))


def install(app: Flask) -> None:
    app.extensions["assets"] = Assets()
    app.register_blueprint(blueprint)
    app.add_template_global(asset)


def asset(name: str) -> str:
    """The address of a static file."""
    return url_for("assets.file", digest=_assets().hashes[name], name=name)


def worker() -> bytes:
    """The script of the crew's service worker, whose address never changes."""
    return _assets().worker


@blueprint.get("/scc/static/<digest>/<path:name>")
@guards.anyone
def file(digest: str, name: str) -> Response:
    if _assets().hashes.get(name) != digest:
        abort(404)
    response = Response(_assets().files[name], mimetype=mimetypes.guess_type(name)[0])
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _assets() -> Assets:
    return cast(Assets, current_app.extensions["assets"])

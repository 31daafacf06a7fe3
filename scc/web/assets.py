"""Static files under addresses that carry their content's hash, so that they never go stale.

Style sheets and scripts are many small files in `static/` and one each on the wire.
"""

import hashlib
import mimetypes
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, abort, current_app, url_for

from scc.web import guards

STATIC = Path(__file__).resolve().parents[2] / "static"

blueprint = Blueprint("assets", __name__)


class Assets:
    """Contents by name, read once at start."""

    def __init__(self, folder: Path = STATIC) -> None:
        self.files = {
            f"img/{path.name}": path.read_bytes() for path in sorted((folder / "img").glob("*"))
        }
        self.files["app.css"] = b"".join(_read(folder / "css", "*.css"))
        # Each script keeps its names to itself.
        self.files["app.js"] = b"".join(b"{" + js + b"}\n" for js in _read(folder / "js", "*.js"))
        self.hashes = {
            name: hashlib.sha256(content).hexdigest()[:12] for name, content in self.files.items()
        }


def _read(folder: Path, pattern: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob(pattern))]


def install(app: Flask) -> None:
    app.extensions["assets"] = Assets()
    app.register_blueprint(blueprint)
    app.add_template_global(asset)


def asset(name: str) -> str:
    """The address of a static file."""
    return url_for("assets.file", digest=_assets().hashes[name], name=name)


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

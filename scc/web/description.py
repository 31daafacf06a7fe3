"""The description of the API, for whoever writes a client."""

from pathlib import Path

from flask import Blueprint, Response

from scc.web import guards

blueprint = Blueprint("description", __name__)

_TEXT = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")


@blueprint.get("/api/openapi.json")
@guards.anyone
def openapi() -> Response:
    return Response(_TEXT, mimetype="application/json")

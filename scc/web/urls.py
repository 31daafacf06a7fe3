"""What stands for an event in an address."""

from urllib.parse import quote

from flask import Flask
from werkzeug.routing import BaseConverter


class RefConverter(BaseConverter):
    """An event's slug, or `slug~timestamp`. Older slugs may hold anything, a slash too."""

    regex = r"[^/].*?"
    part_isolating = False
    weight = 200

    def to_url(self, value: object) -> str:
        return quote(str(value), safe="~")


def install(app: Flask) -> None:
    app.url_map.converters["ref"] = RefConverter

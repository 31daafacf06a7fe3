"""What guests read, in their language. The English text is the key; a catalogue has the other.

Catalogues are plain JSON (see docs/decisions/0060). Staff pages are in English.
"""

import functools
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Final

from flask import Flask, request

from scc.web import current

LANGUAGES: Final[Mapping[str, str]] = {"en": "English", "es": "Español"}
"""Code and own name."""
DEFAULT: Final = "en"
_FOLDER: Final = Path(__file__).with_name("languages")


def chosen() -> str:
    """Of a guest's page: what its address asks for, else what the browser prefers."""
    if not current.is_guests():
        return DEFAULT
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    return request.accept_languages.best_match(list(LANGUAGES), DEFAULT) or DEFAULT


@functools.cache
def catalogue(language: str) -> Mapping[str, str]:
    """Each English text and what it is in that language; empty for English itself."""
    if language == DEFAULT:
        return {}
    path = _FOLDER / f"{language}.json"
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return texts


def say_in(language: str, text: str, **values: object) -> str:
    """The text in that language, `{name}` filled in. One that the catalogue lacks stays English."""
    said = catalogue(language).get(text, text)
    return said.format(**values) if values else said


def say(text: str, **values: object) -> str:
    """The text in the language of this request."""
    return say_in(chosen(), text, **values)


def day_in(language: str, value: date, pattern: str = "{weekday} {number} {month}") -> str:
    """`Saturday 23 May`, `sábado 23 de mayo`."""
    return say_in(
        language,
        pattern,
        weekday=say_in(language, f"{value:%A}"),
        number=value.day,
        month=say_in(language, f"{value:%B}"),
        year=value.year,
    )


def hour_in(language: str, value: datetime) -> str:
    """`6:30 pm`, `6:30 p. m.`"""
    half = say_in(language, "am" if value.hour < 12 else "pm")
    return f"{value.hour % 12 or 12}:{value:%M} {half}"


def install(app: Flask) -> None:
    app.add_template_global(say, "_")
    app.add_template_filter(lambda value: day_in(chosen(), value), "guest_day")
    app.add_template_filter(lambda value: hour_in(chosen(), value), "guest_hour")
    app.context_processor(lambda: {"language": chosen()})

"""What every form does: it keeps what was typed, and uses the models' parsers."""

import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation
from wtforms.widgets import TextArea

from scc.parse import parse_key, parse_note


class Form(FlaskForm):  # type: ignore[misc]
    """A form filled from what was posted, even where the post may not act (see guards).

    `fresh`: what was posted belongs to another form.
    """

    _refusal = ""

    def __init__(self, *, fresh: bool = False, data: dict[str, str] | None = None) -> None:
        posted = not fresh and (bool(request.form) or request.method == "POST")
        # What is missing in a post is missing: a default would act on what nobody saw.
        super().__init__(formdata=request.form if posted else None, data=None if posted else data)

    def submitted(self) -> bool:
        """Whether to act: it was posted with a good token, and every field is right."""
        return request.method == "POST" and bool(self.validate())

    def refuse(self, reason: str) -> None:
        """Let the form come back although no field is wrong."""
        self._refusal = reason

    @property
    def notice(self) -> str:
        """What to say above a form that comes back although nothing in it is wrong."""
        return self._refusal or str(g.get("not_acted", ""))

    @property
    def came_back(self) -> bool:
        """Whether it is shown again because it could not be acted on."""
        return bool(self.errors or self.notice)


_NOT_IN_HTML = re.compile(r"[^\t\n\r -~\xa0-\ufdcf\ufdf0-\ufffd\U00010000-\U0010fffd]")


def showable(text: str) -> str:
    """The text as a page may hold it: HTML has no NUL and no control characters."""
    return _NOT_IN_HTML.sub("\ufffd", text)


def is_carried(name: str) -> bool:
    """Whether a field that was posted may be written into a page again: no password, no token."""
    return name != "csrf_token" and "password" not in name


class _Shown(StringField):
    """A field of text that comes back as it was posted, as far as a page can hold it."""

    def _value(self) -> str:
        return showable(self.data or "")


class CarriedField(_Shown, HiddenField):
    """Text that a form carries along unseen."""


class KeyField(HiddenField):
    """The key by which a form acts only once: made anew for each form that is rendered."""

    data: str
    _came = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default=new_key, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = parse_key(valuelist[0] if valuelist else "")
        except ValueError:
            self.data, self._came = new_key(), False

    def pre_validate(self, form: Any) -> None:
        if not self._came:
            raise StopValidation("Part of the form was lost on the way. Check it and press again.")


def new_key() -> str:
    return secrets.token_hex(16)


class ParsedField(_Shown):
    """A text field read by one of the models' parsers; `value` is what it gave.

    `empty` stands for a field left empty; without it the parser says what is missing.
    """

    value: Any = None

    def __init__(
        self, label: str, parser: Callable[[str], Any], *, required: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.parser = parser
        self._required = required

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if not text.strip() and not self._required:
            self.value = None
            return
        try:
            self.value = self.parser(text)
        except ValueError as error:
            raise StopValidation(str(error)) from error


class NoteField(ParsedField):
    """Several lines of text."""

    widget = TextArea()

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, parse_note, **kwargs)


class VersionField(CarriedField):
    """The version of an event as the form's reader saw it."""

    @property
    def number(self) -> int:
        """-1, which no event has, for anything that is no version."""
        text = self.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def choices(labels: Mapping[str, str]) -> list[Any]:
    """Choices for a select or radio field: label by value."""
    return [SelectChoice(value, label) for value, label in labels.items()]

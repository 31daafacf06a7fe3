"""The page of the text: edit, see it as guests will, publish."""

from wtforms import BooleanField
from wtforms.widgets import TextArea

from scc.texts.model import parse_text
from scc.web.forms import Form, KeyField, ParsedField, VersionField


class _TextField(ParsedField):
    widget = TextArea()


class TextForm(Form):
    en = _TextField("English, in Markdown", parse_text, required=True)
    es = _TextField("Spanish, in Markdown", parse_text)
    publish = BooleanField("From now on guests sign this text")
    version = VersionField()
    key = KeyField()

    def markdown(self) -> dict[str, str]:
        """What was entered; after `submitted()`."""
        return {"en": self.en.value or "", "es": self.es.value or ""}

"""The text that guests sign, in versions. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from scc.parse import parse_note

Item = dict[str, Any]

PARTITION: Final = "texts"
LONGEST: Final = 12_000
"""Characters of one language's text: it is read on a phone, standing."""
LANGUAGES: Final = ("en", "es")
FIRST: Final = "en"
"""The language that every version has."""
SAMPLE_MARK: Final = "SAMPLE"
"""The first word of the sample, until a lawyer's text takes its place."""


def text_key(number: int) -> str:
    return f"text#{number:06}"


def hash_of(html: str) -> str:
    """SHA-256, in hex, of what was on the screen."""
    return hashlib.sha256(html.encode()).hexdigest()


@dataclass(frozen=True)
class Text:
    """What somebody reads and signs: one language of one version."""

    version: int
    language: str
    html: str

    @property
    def hash(self) -> str:
        return hash_of(self.html)


@dataclass(frozen=True)
class Version:
    """All languages of a text, published together. `html` is safe, and made when published."""

    number: int
    markdown: Mapping[str, str]
    html: Mapping[str, str]
    published_at: str
    published_by: str

    def text(self, language: str) -> Text:
        """In that language, else in English."""
        found = language if self.html.get(language) else FIRST
        return Text(self.number, found, self.html[found])

    @property
    def hashes(self) -> frozenset[str]:
        return frozenset(hash_of(html) for html in self.html.values())

    def item(self) -> Item:
        return {
            "pk": PARTITION,
            "sk": text_key(self.number),
            "kind": "text",
            "number": self.number,
            "markdown": dict(self.markdown),
            "html": dict(self.html),
            "published_at": self.published_at,
            "published_by": self.published_by,
        }

    @classmethod
    def from_item(cls, item: Item) -> "Version":
        return cls(
            number=int(item["number"]),
            markdown=item["markdown"],
            html=item["html"],
            published_at=item["published_at"],
            published_by=item["published_by"],
        )


def parse_text(text: str) -> str:
    """Markdown; ValueError where it is too long."""
    return parse_note(text, longest=LONGEST)


def is_sample(markdown: Mapping[str, str]) -> bool:
    """Whether the sample's mark still stands in it."""
    return any(SAMPLE_MARK in text for text in markdown.values())

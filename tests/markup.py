"""HTML as html5lib reads it, strictly; each shape of page only once.

html5lib took a tenth of the tests' time, and most pages differ from one before in words alone. So
words are taken out: text, and attributes' values but for `type`, by which a parser goes. The shape
that is left, with everything else that a parser heeds (tags, names, entities, blanks, odd
characters), is parsed once, with marks in the words' places; a page of a known shape is a copy of
that tree with its own words put in.
"""

import copy
import functools
import re
from dataclasses import dataclass
from re import Match
from xml.etree.ElementTree import Element

import html5lib

_ODD = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000\ue001\ufdd0-\ufdef\ufffe\uffff"
    "\U00010000-\U0010ffff"
)
_PLAIN = f"[^<>&;\"'={_ODD}]"
# A value's end is looked for, since a value that ends in "=" would make a beginning of its end.
_WORDS = re.compile(f"""((?<=[>;])\\s*(?!\\s)|(?<! type)="(?={_PLAIN}+"))({_PLAIN}+)""")
_MARK = re.compile("\ue000([0-9]+)\ue001")


def parse(body: str, *, whole: bool = True) -> Element:
    """The tree of a page, or of a part of one. Raises html5lib's ParseError for invalid HTML."""
    if "\ue000" in body:
        return _read(body, whole)
    words: list[str] = []

    def take(found: Match[str]) -> str:
        words.append(found[2])
        return f"{found[1]}\ue000{len(words) - 1}\ue001"

    return _shape(_WORDS.sub(take, body), whole).with_words(words)


@dataclass(frozen=True)
class _Shape:
    root: Element
    places: list[tuple[int, str, str]]
    """Which element in document order; `.text`, `.tail` or an attribute's name; what is there."""

    def with_words(self, words: list[str]) -> Element:
        root = copy.deepcopy(self.root)
        elements = list(root.iter())
        for number, name, marked in self.places:
            text = _MARK.sub(lambda mark: words[int(mark[1])], marked)
            if name == ".text":
                elements[number].text = text
            elif name == ".tail":
                elements[number].tail = text
            else:
                elements[number].set(name, text)
        return root


@functools.lru_cache(maxsize=500)
def _shape(shape: str, whole: bool) -> _Shape:
    root = _read(shape, whole)
    places = [
        (number, name, text)
        for number, element in enumerate(root.iter())
        for name, text in [(".text", element.text), (".tail", element.tail), *element.items()]
        if text and "\ue000" in text
    ]
    return _Shape(root, places)


def _read(body: str, whole: bool) -> Element:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    root: Element = parser.parse(body) if whole else parser.parseFragment(body)
    return root

"""The client that checks every page: each flaw is found."""

from collections.abc import Callable
from xml.etree import ElementTree

import html5lib
import html5lib.html5parser
import pytest
from flask import Flask
from markupsafe import escape

from tests import markup
from tests.page import PageClient

HEAD = '<!doctype html><html lang="en"><head><title>Log</title></head>'
GOOD = f'{HEAD}<body><h1>Log</h1><form action="/x"><input name="a" value="1"></form></body></html>'


@pytest.fixture
def see() -> Callable[..., PageClient]:
    """A client that has just got this page."""

    def get(html: str, **headers: str) -> PageClient:
        app = Flask("page")
        app.test_client_class = PageClient
        app.add_url_rule("/", view_func=lambda: html)
        app.add_url_rule("/x", view_func=lambda: GOOD, endpoint="x")
        client = app.test_client()
        client.get("/", headers={name.replace("_", "-"): text for name, text in headers.items()})
        assert isinstance(client, PageClient)
        return client

    return get


def test_a_good_page_passes_and_its_form_submits(see: Callable[..., PageClient]) -> None:
    client = see(GOOD)

    response = client.page.form("/x").fill(a="2").submit()

    assert response.request.url.endswith("/x?a=2")


@pytest.mark.parametrize(
    "html",
    [
        GOOD.replace("<h1>Log</h1>", ""),
        GOOD.replace("<h1>Log</h1>", "<h1>Log</h1><h1>Book</h1>"),
        GOOD.replace("<title>Log</title>", "<title> </title>"),
        GOOD.replace(' lang="en"', ""),
        GOOD.replace(' action="/x"', ""),
        GOOD.replace("<h1>", '<h1 id="a">').replace("<form", '<form id="a"'),
        GOOD.replace("<input", '<label for="lost">A</label><input'),
    ],
    ids=["no h1", "two h1", "no title", "no language", "no action", "id twice", "lost label"],
)
def test_a_flaw_is_found(see: Callable[..., PageClient], html: str) -> None:
    with pytest.raises(AssertionError):
        see(html)


@pytest.mark.parametrize(
    "html",
    [GOOD.replace("<!doctype html>", ""), GOOD.replace("</form>", ""), "<h1>Log</h1>"],
    ids=["no doctype", "form left open", "a fragment nobody asked for"],
)
def test_invalid_html_is_found(see: Callable[..., PageClient], html: str) -> None:
    with pytest.raises(html5lib.html5parser.ParseError):
        see(html)


WORDS = ["Ann & Bo <b>", "  José 🙂 ", "", "type=hidden", "a;b='c'", "\ue0001\ue001", "one\ntwo"]


@pytest.mark.parametrize("word", WORDS)
def test_a_page_of_a_known_shape_is_read_as_if_it_were_the_first(word: str) -> None:
    page = GOOD.replace("<h1>Log</h1>", '<h1>Log</h1><table><tr><td title="%s">%s</table>')
    tree = "".join(ElementTree.tostring(markup.parse(page % ("x", "y")), "unicode"))

    found = markup.parse(page % (escape(word), escape(word)))
    fresh = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)

    assert ElementTree.tostring(found) == ElementTree.tostring(
        fresh.parse(page % (escape(word), escape(word)))
    )
    assert ElementTree.tostring(markup.parse(page % ("x", "y")), "unicode") == tree


def test_a_flaw_is_found_again_in_other_words(see: Callable[..., PageClient]) -> None:
    for word in ("Log", "Book"):
        with pytest.raises(html5lib.html5parser.ParseError):
            see(GOOD.replace("</form>", "").replace("Log", word))


def test_a_fragment_that_was_asked_for_passes(see: Callable[..., PageClient]) -> None:
    page = see("<dialog open><p>Hello</p></dialog>", X_SCC_Fragment="1").page

    assert page.text == "Hello"

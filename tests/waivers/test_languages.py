"""All that guests see is in English and in Spanish, from catalogues."""

import ast
import calendar
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scc.context import Context
from scc.errors import Unavailable, Unconfirmed
from scc.texts import model as texts
from scc.waivers.model import CONSENTS, RELATIONS
from scc.web.language import LANGUAGES, catalogue
from tests.page import PageClient
from tests.waivers.acts import at_the_dock, sign_form

ROOT = Path(__file__).parents[2]
TEMPLATES = [*(ROOT / "templates/waivers").glob("*.html"), ROOT / "templates/errors/error.html"]
STAFF = {"roll.html", "void.html", "paper.html", "qr.html"}
MODULES = ["waivers/model.py", "waivers/service.py", "waivers/views.py", "waivers/sails.py"]
FORMS = {"_Ticked", "_Guests", "ChildForm", "WaiverForm"}
SAY = re.compile(r"""_\('((?:[^'\\]|\\.)*)'""")
SAID_BY_CALLS = {
    "Invalid",
    "ValueError",
    "StopValidation",
    "NotFound",
    "Refused",
    "refuse",
    "put_error",
    "say",
}
OFFICE = {"There is no such waiver.", "Say why.", "guardian who signed.", "Allow", "Retry-After"}
"""What only the office can meet."""
BY_STATUS = ["Bad request", "Method not allowed", "Unprocessable entity", "Unprocessable content"]
BY_STATUS += ["Content too large", "Request entity too large", "Unsupported media type"]
FROM_ELSEWHERE = [
    "There is no such event.",
    "This form came from another site. Open it here and try again.",
    "This address is not open. Use the public one.",
    "The request could not be answered.",
    "Part of the form was lost on the way. Check it and press again.",
    str(Unavailable()),
    str(Unconfirmed()),
]


def in_templates() -> Iterator[str]:
    for path in TEMPLATES:
        if path.name not in STAFF:
            yield from SAY.findall(path.read_text(encoding="utf-8"))


def texts_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and text[:1].isupper() and len(text) > 2:
            yield text


def in_code() -> Iterator[str]:
    """What is raised, refused and said; the forms' labels."""
    for name in MODULES:
        tree = ast.parse((ROOT / "scc" / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if called in SAID_BY_CALLS:
                    yield from texts_in(node)
            elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
                yield from texts_in(node.value)  # age_problems
    forms = ast.parse((ROOT / "scc/waivers/forms.py").read_text(encoding="utf-8"))
    for node in forms.body:
        if isinstance(node, ast.ClassDef) and node.name in FORMS:
            for call in ast.walk(node):
                if isinstance(call, ast.Call):
                    yield from texts_in(call)


def in_errors() -> Iterator[str]:
    """Titles and words of error pages that a guest can meet."""
    for name in ("web/errors.py", "errors.py"):
        tree = ast.parse((ROOT / "scc" / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            called = getattr(getattr(node, "func", None), "id", "")
            if called == "Problem" or isinstance(node, ast.Dict):
                yield from texts_in(node)


def all_texts() -> set[str]:
    found = {*in_templates(), *in_code(), *in_errors()}
    found |= {
        *BY_STATUS,
        *FROM_ELSEWHERE,
        *CONSENTS.values(),
        *RELATIONS.values(),
        *calendar.day_name,
        *calendar.month_name[1:],
    }
    return {text for text in found if not any(word in text for word in OFFICE)}


def test_nothing_is_left_in_english() -> None:
    lacking = [text for text in sorted(all_texts()) if text not in catalogue("es")]

    assert lacking == []


def test_what_is_filled_in_is_the_same() -> None:
    """`{name}` in the one and `{nombre}` in the other would break the page."""

    def slots(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w+\}", text))

    assert [en for en, es in catalogue("es").items() if slots(en) != slots(es)] == []


def test_the_texts_have_the_same_languages() -> None:
    assert set(texts.LANGUAGES) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("asked", "accepted", "lang"),
    [
        ("", "es-MX,es;q=0.9", "es"),
        ("", "de,en;q=0.5", "en"),
        ("", "", "en"),
        ("?lang=es", "en", "es"),
        ("?lang=en", "es", "en"),
        ("?lang=xx", "es", "es"),
    ],
)
def test_the_language_is_the_one_asked_for(
    client: PageClient, ctx: Context, asked: str, accepted: str, lang: str
) -> None:
    event = at_the_dock(ctx)

    page = client.see(f"/g/{event.slug}/waiver{asked}", headers={"Accept-Language": accepted})

    assert page.root.get("lang") == lang


def test_a_language_that_was_chosen_stays_to_the_end(client: PageClient, ctx: Context) -> None:
    event = at_the_dock(ctx)
    form = sign_form(client, f"/g/{event.slug}/waiver?lang=es", name="")
    form.submit()
    assert client.page.root.get("lang") == "es"
    assert "Escriba el nombre completo." in client.page.text

    answer = client.page.form("/waiver").fill(name="Ana Ruiz", agree="y", electronic="y").submit()

    page = client.see(answer.headers["Location"])
    assert (page.root.get("lang"), page.heading) == ("es", "Firmado. ¡Gracias, Ana!")


def test_an_error_page_speaks_it_too(client: PageClient) -> None:
    page = client.see("/g/nobody/waiver?lang=es", status=404)

    assert (page.root.get("lang"), page.heading) == ("es", "No se encontró")

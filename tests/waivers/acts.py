"""What people do with waivers, in the tests' words."""

import secrets
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from scc.aws import Item
from scc.context import Context
from scc.events.links import party_key
from scc.events.model import Event
from scc.ops.reconcile import all_items
from scc.tables import WAIVERS
from scc.texts import service as texts
from scc.texts import store
from scc.texts.model import Version
from scc.waivers import service
from scc.waivers.model import CONSENTS, Child, Signature, Signing
from tests.given import ORIGIN, a_big_boat, charter
from tests.page import Form, PageClient
from tests.wire import Answer, send

WORDS = "I know that *sailing* has risks."
STROKES = "M20 100l10 -40l12 60l20 -30M80 90l30 2l25 -3"
ADULT = date(1990, 5, 23)


def publish(ctx: Context, en: str = WORDS, es: str = "Sé que navegar tiene riesgos.") -> Version:
    """The next version of the text."""
    now = store.current(ctx)
    number = now.number if now else 0
    return texts.publish(ctx, {"en": en, "es": es}, number, secrets.token_hex(8), ORIGIN)


def at_the_dock(ctx: Context, day: date | None = None, **details: Any) -> Event:
    """A sail of today for 14, with a text that can be signed."""
    if store.current(ctx) is None:
        publish(ctx)
    a_big_boat(ctx)
    return charter(ctx, day, **{"guests": 14, **details})


FILLED: dict[str, str | None] = {
    "name": "Bo Lind",
    "birth_date": "1990-05-23",
    "email": "bo@example.com",
    "emergency": "Ann Lind 619-555-0134",
    "typed": "Bo Lind",
    "agree": "y",
    "electronic": "y",
}


def sign_form(client: PageClient, path: str, **filled: str | None) -> Form:
    """The form there, filled as Bo fills it, but for what is said otherwise."""
    form = client.see(path).form()
    for name, value in (FILLED | filled).items():
        form.fill(**{name: value})
    return form


def posted(address: str, path: str, values: dict[str, list[str]]) -> Callable[[], Answer]:
    """A form sent over real HTTP."""
    body = urlencode(values, doseq=True).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return lambda: send(address, path, body, headers)


def child(n: int, name: str, born: str, relation: str = "parent") -> dict[str, str | None]:
    """One child's row, filled."""
    return {
        f"child{n}-name": name,
        f"child{n}-birth_date": born,
        f"child{n}-relation": relation,
    }


def party_path(ctx: Context, event: Event) -> str:
    return f"/g/{event.slug}/waiver/{party_key(ctx.settings, event.exact_ref)}"


def signed(
    ctx: Context, event: Event, name: str = "Bo Lind", *children: Child, **more: Any
) -> Signing:
    """Somebody signs, without a page."""
    version = store.current(ctx)
    assert version is not None
    said: dict[str, Any] = {
        "key": secrets.token_hex(16),
        "birth_date": ADULT,
        "email": f"{name.split()[0].lower()}@example.com",
        "phone": "",
        "emergency": "Ann 619-555-0134",
        "captain_note": "",
        "sails": True,
        "signature": Signature(typed=name),
        "text": version.text("en"),
        "consents": CONSENTS,
        "language": "en",
        **more,
    }
    signing = Signing(name=name, children=children, **said)
    service.sign(ctx, event, signing, "192.0.2.7", "a phone")
    return signing


def rows(ctx: Context, kind: str = "signed") -> list[Item]:
    """All of the table that is of that kind, in the order of their keys."""
    found = [row for row in all_items(ctx, WAIVERS) if row.get("kind") == kind]
    return sorted(found, key=lambda row: str(row["sk"]))


def names(ctx: Context) -> list[str]:
    return sorted(str(row["name"]) for row in rows(ctx))

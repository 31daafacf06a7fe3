"""Each way to correct an event's money, as somebody does it by a form: what it starts from, what
is typed, and what the ledger then says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from scc.context import Context
from scc.events.model import Event
from tests import given
from tests.older import entries
from tests.payments.acts import pay
from tests.wire import Answer, Browser

SATURDAY = date(2026, 5, 23)
"""Of the slugs that the proxy of the broken wire knows."""


def paid(ctx: Context, name: str) -> Event:
    return pay(ctx, given.charter(ctx, name=name, day=SATURDAY).exact_ref)


def owing(ctx: Context, name: str) -> Event:
    return given.refunded(ctx, paid(ctx, name), 10000)


@dataclass(frozen=True)
class Act:
    path: str
    """Below the event's page."""
    typed: dict[str, str] = field(default_factory=dict)
    then: tuple[str, ...] = ()
    """Kinds of the entries that come of it."""
    start: Callable[[Context, str], Event] = paid

    def taps(self, browser: Browser, event: Event, target: str) -> Callable[[], Answer]:
        """Each call submits the same form."""
        typed = {name: text.format(target=target) for name, text in self.typed.items()}
        below = f"/scc/events/{event.exact_ref}"
        if self.path != "/entries/2/undo":
            return browser.filled(f"{below}{self.path}", **typed)
        values = {"csrf_token": browser.form(f"{below}/refund")["csrf_token"]}
        return lambda: browser.post(f"{below}{self.path}", values)


BACK = {"amount": "200", "reason": "Fog", "price_too": "stays"}
ACTS = {
    "void": Act("/entries/2/void", {"reason": "Twice"}, ("void",)),
    "void and log anew": Act(
        "/entries/2/void",
        {"reason": "It was 405", "anew": "y", "amount": "405"},
        ("void", "payment"),
    ),
    "undo": Act("/entries/2/undo", {}, ("void",)),
    "move": Act(
        "/entries/2/move", {"event": "{target}", "reason": "The other Alice"}, ("moved_out",)
    ),
    "refund": Act("/refund", BACK, ("refund",)),
    "refund that was sent": Act("/refund", BACK | {"sent": "y"}, ("refund", "sent")),
    "refund by which the price comes down": Act(
        "/refund", BACK | {"price_too": "down"}, ("refund", "price")
    ),
    "sent": Act("/entries/3/sent", {}, ("sent",), owing),
    "end and give back": Act(
        "/end", {"ended": "weather", "answer": "give_back", "reason": "Fog"}, ("refund",)
    ),
    "end and keep": Act("/end", {"ended": "no_show", "answer": "keep"}, ("price",)),
    "end and hold": Act("/end", {"ended": "patron", "answer": "hold"}, ("hold",)),
}


def kinds(ctx: Context, event: Event) -> list[str]:
    return [str(entry["kind"]) for entry in entries(ctx, event.exact_ref)]

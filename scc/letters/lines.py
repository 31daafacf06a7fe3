"""Letters as the pages show them."""

import email
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Any, Final

from flask import url_for

from scc.audit.model import iso
from scc.company import store as company
from scc.context import Context
from scc.events.model import ledger_partition, parse_ref
from scc.mail import render, store
from scc.mail.model import FAILED, HANDED, OFFICE, SECRET, SENT, TOLD, WAITING, Posted
from scc.web.filters import hour, short_day
from scc.web.forms import new_key

_NAMES: Final = {
    "receipt": "Receipt",
    "correction": "Correction",
    "refund": "Refund",
    "your_sail": "Your sail",
    "moved": "Moved",
    "cancelled": "Cancelled",
    "reinstated": "On after all",
    "held": "On hold",
    "lifted": "The hold is over",
    "weather": "The weather",
    "weather_crew": "The weather, to the crew",
    "text": "Text",
    "crew_ask": "Can you come?",
    "crew_told": "To the crew",
    "owner_crew": "To the owner: somebody can’t come",
    "owner_morning": "To the owner: not ready to sail",
    "sign_in": "A way in",
    "owner_payment": "To the owner: a payment",
    "owner_close": "To the owner: a close",
    "owner_anchor": "To the owner: the day’s anchor",
    "owner_alarm": "To the owner: a way is closed",
    "owner_release": "To the owner: a release",
}


@dataclass(frozen=True)
class Line:
    """One letter. `state` names its colour, `told` says it in words."""

    name: str
    to: str
    state: str
    told: str
    by: str
    url: str
    again_url: str
    """Where a form sends it again; empty where it can't be."""
    withdraw_url: str
    """Where a form keeps it from leaving; empty where it can't be kept."""
    key: str
    """Of the form that sends it again."""
    event: str
    """The address of its event's page, if it has one."""
    slug: str


def lines(ctx: Context, posted: Iterable[Posted]) -> list[Line]:
    return [line(ctx, letter) for letter in posted]


def line(ctx: Context, letter: Posted) -> Line:
    slug, _, _ = place_of(letter.about).partition("~")
    tried = letter.state == WAITING and letter.tries > 0 and not letter.leased
    can_again = letter.state in (SENT, FAILED) or tried
    waits = letter.state == WAITING and letter.leased < ctx.now().timestamp()
    can_withdraw = waits or letter.state == FAILED
    kind, _, key = letter.sort.partition("#")
    place: dict[str, Any] = {"about": place_of(letter.about), "kind": kind, "key": key}
    return Line(
        name=_NAMES.get(letter.kind, letter.kind.replace("_", " ").capitalize()),
        to=letter.to,
        state=letter.state,
        told=_told(ctx, letter),
        by=letter.by,
        url=url_for("letters.letter", **place),
        again_url=url_for("letters.again", **place) if can_again else "",
        withdraw_url=url_for("letters.withdraw", **place) if can_withdraw else "",
        key=new_key(),
        event="" if slug == OFFICE else url_for("board.event", ref=place["about"]),
        slug=slug,
    )


def place_of(about: str) -> str:
    """What a letter is about, in an address: `slug~timestamp`, or `office`."""
    slug, _, timestamp = about.removeprefix("event#").rpartition("#")
    return f"{slug}~{timestamp}" if about.startswith("event#") else about


def about_of(place: str) -> str:
    """The same back."""
    if place == OFFICE:
        return OFFICE
    ref = parse_ref(place)
    return ledger_partition(ref.slug, ref.timestamp)


def _told(ctx: Context, letter: Posted) -> str:
    """What became of it, and never more than is known."""
    if letter.state == SENT:
        return f"Sent {_moment(ctx, letter.sent_at)}, by {letter.way}"
    if letter.state == HANDED:
        return f"Handed to {letter.by}’s phone {_moment(ctx, letter.sent_at)}"
    if letter.state == TOLD:
        return "Told in one letter with other sails"
    if letter.state == FAILED:
        return f"Failed: {letter.reason}" + _perhaps(letter)
    if letter.state == WAITING:
        next_try = datetime.fromtimestamp(letter.due, UTC).isoformat()
        if not letter.tries:
            return f"Waiting, leaves {_moment(ctx, next_try)}"
        if letter.leased:
            return "Waiting, being sent"
        again = f"Waiting: {letter.reason}. Next try {_moment(ctx, next_try)}"
        return again + _perhaps(letter)
    return f"Not sent: {letter.reason}" + _perhaps(letter)


def _perhaps(letter: Posted) -> str:
    return ". It may have arrived all the same" if letter.unsure else ""


def _moment(ctx: Context, moment: str) -> str:
    local = datetime.fromisoformat(moment).astimezone(ctx.settings.timezone)
    today = local.date() == ctx.today()
    return hour(local) if today else f"{short_day(local.date())}, {hour(local)}"


def closed_ways(ctx: Context) -> list[dict[str, str]]:
    """Ways that refused us within a day: `reason`, and when that was seen `at`."""
    yesterday = iso(ctx.now() - timedelta(days=1))
    return [
        {"reason": note["reason"], "at": _moment(ctx, note["at"])}
        for name, note in store.notes(ctx).items()
        if name.startswith("way#") and note["at"] >= yesterday
    ]


# What a letter says


def as_sent(ctx: Context, letter: Posted) -> render.Rendered:
    """Just as it left; while it has not, as it would leave now."""
    raw = store.text(ctx, letter)
    if not raw:
        hidden = letter.kind in SECRET and ctx.settings.stage != "local"
        head = company.load(ctx)
        return render.render(ctx.settings, head, letter.kind, letter.values, hidden=hidden)
    message = email.message_from_string(raw, EmailMessage, policy=default)
    return render.Rendered(
        subject=str(message["Subject"]), text=_body(message, "plain"), html=_body(message, "html")
    )


def _body(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    return str(found.get_content()) if found else ""

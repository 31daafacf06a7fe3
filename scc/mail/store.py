"""The outbox: letters in and out of the table `state`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from scc.audit import store as audit
from scc.audit.model import Origin, iso
from scc.aws import Change, Delete, Put, Write
from scc.context import Context
from scc.mail.model import (
    FAILED,
    HANDED,
    KEPT,
    LEASE,
    OFFICE,
    SENT,
    TOLD,
    WAITING,
    WITHDRAWN,
    Item,
    Letter,
    Posted,
    address_mark,
    letter_id,
    partition,
)
from scc.tables import BY_DUE, EVENTS, STATE

QUEUES: Final = {WAITING: "mail", FAILED: "mail-failed", SENT: "mail-sent"}
"""Partitions of BY_DUE: what is to be sent, by when; what failed and what was sent, and when."""

HEALTH: Final = "mail#health"


def queue(ctx: Context, letter: Letter) -> Put:
    """The row by which a letter waits to be sent: put it into the transaction that it tells of.

    Nothing is sent before that is written, and nothing else is needed afterwards: the page that
    follows, or the schedule, sends it. A second row of the same `about`, `kind` and `key` makes
    the transaction fail (ConditionFailed), so the key must be as unique as the change.
    """
    now = ctx.now()
    return Put(
        STATE,
        {
            **_content(letter),
            "pk": partition(letter.about),
            "sk": letter.sort,
            "id": letter_id(partition(letter.about), letter.sort),
            "state": WAITING,
            "tries": 0,
            "at": iso(now),
            "queue": QUEUES[WAITING],
            "due": _epoch(now + letter.wait),
            "expires": _epoch(now + KEPT),
        },
    )


def queued(ctx: Context, *letters: Letter | None) -> list[Write]:
    """The rows of those letters that there are, and that can go to somebody."""
    return [queue(ctx, letter) for letter in letters if letter and letter.to]


def _content(letter: Letter) -> Item:
    item: Item = {
        "kind": letter.kind,
        "to": letter.to,
        "about": letter.about,
        "values": dict(letter.values),
    }
    if letter.by:
        item["by"] = letter.by
    if letter.after:
        item["after"] = letter.after
    if letter.instead:
        item["instead"] = _content(letter.instead)
    return item


def handed(ctx: Context, about: str, to: str, values: Item, key: str, by: str) -> Put:
    """A row that says that somebody took a text over to their own phone."""
    now = ctx.now()
    letter = Letter("text", to, about, key, values, by=by)
    row = queue(ctx, letter).item
    kept = {name: value for name, value in row.items() if name not in ("queue", "due")}
    return Put(STATE, kept | {"state": HANDED, "sent_at": iso(now)})


def told(ctx: Context, letter: Letter, within: Letter) -> Put:
    """A row that says that a letter's news went with another one, to the same person."""
    row = queue(ctx, letter).item
    kept = {name: value for name, value in row.items() if name not in ("queue", "due")}
    return Put(
        STATE, kept | {"state": TOLD, "within": {"pk": partition(within.about), "sk": within.sort}}
    )


def untold(ctx: Context, letter: Posted, abouts: Sequence[str]) -> list[Write]:
    """The rows of news that were to go with it, which does not leave."""
    rows = [row for about in abouts for row in ctx.db.query(STATE, partition(about))]
    return [
        Change(
            STATE,
            {"pk": row["pk"], "sk": row["sk"]},
            set={"state": WITHDRAWN, "reason": "The letter did not leave"},
            expect={"state": TOLD},
        )
        for row in rows
        if row.get("within") == letter.key
    ]


# Reading


def about(ctx: Context, about: str) -> list[Posted]:
    """The letters about one event, the latest first. Consistently."""
    found = [Posted.from_item(item) for item in ctx.db.query(STATE, partition(about))]
    return sorted(found, key=lambda letter: letter.at, reverse=True)


def one(ctx: Context, about: str, sort: str) -> Posted | None:
    item = ctx.db.get(STATE, {"pk": partition(about), "sk": sort})
    return Posted.from_item(item) if item else None


def several(ctx: Context, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Posted]:
    """Letters by what they are about and their `sort`, those that there are. Consistently."""
    keys = [{"pk": partition(about), "sk": sort} for about, sort in dict.fromkeys(names)]
    found = map(Posted.from_item, ctx.db.get_many(STATE, keys))
    return {(letter.about, letter.sort): letter for letter in found}


def due(ctx: Context, limit: int) -> list[Posted]:
    """What is to be sent by now, the longest due first. From an index: see `claim`."""
    before = _epoch(ctx.now()) + 1
    items = ctx.db.query(STATE, QUEUES[WAITING], index=BY_DUE, before=before, limit=limit)
    return [Posted.from_item(item) for item in items]


def next_due(ctx: Context) -> int | None:
    """When the next letter is due, in epoch seconds; None: none waits."""
    items = ctx.db.query(STATE, QUEUES[WAITING], index=BY_DUE, limit=1)
    return int(items[0]["due"]) if items else None


def in_state(ctx: Context, state: str, limit: int) -> list[Posted]:
    """Letters that wait (the next first), or that failed or were sent (the latest first)."""
    items = ctx.db.query(STATE, QUEUES[state], index=BY_DUE, forward=state == WAITING, limit=limit)
    return [Posted.from_item(item) for item in items]


# What becomes of a letter. Each holds only if nobody else was at it since it was read.


def claim(ctx: Context, letter: Posted) -> Change:
    """Ours for a while. Should we end in between, it is due again afterwards."""
    until = _epoch(ctx.now() + LEASE)
    set_: Item = {"tries": letter.tries + 1, "due": until, "leased": until}
    if letter.leased:  # whoever had it before ended in the middle
        set_["unsure"] = True
    return _change(letter, set_, expect=_as_read(letter))


def sent(ctx: Context, letter: Posted, way: str, number: str) -> Change:
    """Also where it was withdrawn meanwhile: it did leave."""
    now = ctx.now()
    return _change(
        letter,
        {
            "state": SENT,
            "sent_at": iso(now),
            "way": way,
            "way_id": number,
            "queue": QUEUES[SENT],
            "due": _epoch(now),
        },
        ("leased", "reason", "unsure"),
        {"tries": letter.tries},
    )


def in_vain(ctx: Context, letter: Posted, reason: str, after: timedelta, unsure: bool) -> Change:
    set_: Item = {"reason": reason, "due": _epoch(ctx.now() + after)}
    if unsure:
        set_["unsure"] = True
    return _change(letter, set_, ("leased",), _as_read(letter))


def failed(ctx: Context, letter: Posted, reason: str, unsure: bool = False) -> Change:
    set_: Item = {
        "state": FAILED,
        "reason": reason,
        "queue": QUEUES[FAILED],
        "due": _epoch(ctx.now()),
    }
    if unsure:
        set_["unsure"] = True
    return _change(letter, set_, ("leased",), _as_read(letter))


def postponed(ctx: Context, letter: Posted, after: timedelta) -> Change:
    """What it waits for is not decided yet. Counts as no try."""
    set_: Item = {"due": _epoch(ctx.now() + after), "tries": letter.tries - 1}
    return _change(letter, set_, ("leased",), _as_read(letter))


def instead(letter: Posted, given: Item) -> Change:
    """What goes out in its place; the lease stays."""
    set_ = {name: given[name] for name in ("kind", "to", "values")}
    return _change(letter, set_, ("after", "instead"), _as_read(letter))


def record(ctx: Context, what: str, about: str, letter: str, origin: Origin) -> Put:
    """The audit entry of what somebody did with a letter: `asked`, `again`, `withdrawn`, `texted`.

    `letter`: its kind; its key may have an address in it.
    """
    partition = audit.office_partition(ctx) if about == OFFICE else about
    return audit.record(ctx, partition, f"letter.{what}", origin, about=about, letter=letter)


def withdraw(letter: Posted, why: str) -> Change:
    """It does not leave any more, or is not tried again. Whether it just left shows later: see
    `sent`."""
    set_: Item = {"state": WITHDRAWN, "reason": why}
    if letter.may_have_left:
        set_["unsure"] = True
    as_read: Item = {"tries": letter.tries, "state": letter.state}
    return _change(letter, set_, ("queue", "due"), as_read)


def did_not_leave(letter: Posted) -> Change:
    """It was withdrawn while a way refused it."""
    return _change(letter, {}, ("unsure", "leased"), {"tries": letter.tries, "state": WITHDRAWN})


def again(ctx: Context, letter: Posted, to: str, key: str) -> Change:
    """To be sent once more, at once, with all its tries before it. `key`: of who asked for it."""
    return _change(
        letter,
        {
            "state": WAITING,
            "to": to,
            "again": key,
            "tries": 0,
            "queue": QUEUES[WAITING],
            "due": _epoch(ctx.now()),
        },
        ("leased", "reason", "after", "instead"),
        {"state": letter.state, "tries": letter.tries},
    )


def _as_read(letter: Posted) -> Item:
    return {"tries": letter.tries, "state": WAITING}


def _change(
    letter: Posted, set_: Item, remove: tuple[str, ...] = (), expect: Item | None = None
) -> Change:
    return Change(STATE, letter.key, set=set_, remove=remove, expect=expect or {})


# As it was sent


def put_text(ctx: Context, letter: Posted, raw: str) -> Put:
    """The whole message, kept apart so that lists need not read it."""
    expires = _epoch(ctx.now() + KEPT)
    key = {"pk": f"letter#{letter.id}", "sk": "text"}
    return Put(STATE, {**key, "raw": raw, "expires": expires}, replace=True)


def text(ctx: Context, letter: Posted) -> str:
    """The message as it was sent; empty where it was not."""
    found = ctx.db.get(STATE, {"pk": f"letter#{letter.id}", "sk": "text"})
    return str(found["raw"]) if found else ""


# A mark on the event, so that its card tells of a letter that failed


def mark_event(about: str, failed: bool) -> Change | None:
    _, _, name = about.partition("event#")
    slug, _, timestamp = name.rpartition("#")
    if not slug or not timestamp.lstrip("-").isdigit():
        return None
    key = {"event_id": slug, "timestamp": int(timestamp)}
    if failed:
        return Change(EVENTS, key, set={"letters": FAILED})
    return Change(EVENTS, key, remove=("letters",))


# Addresses that mail does not reach


def address_trouble(ctx: Context, address: str) -> Item | None:
    """`why` mail to it came back, or `complained`, and since when; None: nothing is known."""
    return ctx.db.get(STATE, {"pk": address_mark(address), "sk": "address"})


def mark_address(ctx: Context, address: str, why: str) -> Put:
    key = {"pk": address_mark(address), "sk": "address"}
    now = ctx.now()
    row: Item = {**key, "why": why, "at": iso(now), "expires": _epoch(now + KEPT)}
    return Put(STATE, row, replace=True)


def clear_address(address: str) -> Delete:
    return Delete(STATE, {"pk": address_mark(address), "sk": "address"})


# Health


def note(ctx: Context, name: str, **fields: Any) -> Put:
    """What is known of a way, or of the schedule, since now."""
    return Put(STATE, {"pk": HEALTH, "sk": name, "at": iso(ctx.now()), **fields}, replace=True)


def notes(ctx: Context) -> dict[str, Item]:
    return {str(item["sk"]): item for item in ctx.db.query(STATE, HEALTH)}


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())

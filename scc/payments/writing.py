"""How an event's money changes: entries, event, audit and key in one transaction, once."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from scc.audit import store as audit
from scc.audit.model import Item, Origin, fingerprint, iso
from scc.aws import Change, Put, Write, again_when_outdated, reading_what_came_of_it
from scc.context import Context
from scc.errors import ConditionFailed, KeyReused, Outdated, PaidMeanwhile, SccError
from scc.events import store as events
from scc.events.model import Event, Ref, list_attributes
from scc.ledger import store as ledger
from scc.ledger.model import Entry, Standing, after, fold
from scc.payments.model import in_words, money_attributes, opening


@dataclass(frozen=True)
class Planned:
    """One event's part of a transaction: its new entries, and what it becomes by them."""

    event: Event
    change: Change
    puts: list[Put]

    @property
    def writes(self) -> list[Write]:
        return [*self.puts, self.change]


def opening_entry(ctx: Context, event: Event) -> Entry | None:
    """What stands on the event and SCC has not written yet, as an entry."""
    return opening(event, iso(ctx.now()), event.entries + 1, f"opening-{event.entries + 1}")


def standing_of(ctx: Context, event: Event) -> Standing:
    """What its entries come to, with what stands on it and SCC has not written yet."""
    before = opening_entry(ctx, event)
    return after(event.standing, before) if before else event.standing


def next_number(ctx: Context, event: Event) -> int:
    return event.entries + (2 if opening_entry(ctx, event) else 1)


def plan(
    ctx: Context,
    event: Event,
    entries: list[Entry],
    set_: Item | None = None,
    remove: tuple[str, ...] = (),
    earlier: list[Entry] | None = None,
) -> Planned:
    """The writes by which the event gets these entries, numbered from `next_number`.

    Without any, an event that falls through gets the one of what was recorded before SCC: that
    money waits to be decided about.
    `earlier`: the entries it has, which an entry that says something of one of them needs.
    `set_` and `remove`: other attributes of the event.
    """
    set_ = set_ or {}
    before = opening_entry(ctx, event)
    if not entries:
        changed = events.as_changed(ctx, event, events.change(ctx, event, set_, remove))
        if not before or changed.took_place:
            return _planned(ctx, event, set_, remove, list_attributes(changed), [])
    new_entries = [before, *entries] if before else entries
    standing, all_entries = event.standing, list(earlier or ())
    for entry in new_entries:
        standing = after(standing, entry, all_entries)
        all_entries.append(entry)
    set_ = {**set_, "entries": new_entries[-1].number}
    changed = events.as_changed(ctx, event, events.change(ctx, event, set_, remove))
    return _planned(ctx, event, set_, remove, money_attributes(changed, standing), new_entries)


def _planned(
    ctx: Context,
    event: Event,
    set_: Item,
    remove: tuple[str, ...],
    money: tuple[Item, tuple[str, ...]],
    entries: list[Entry],
) -> Planned:
    change = events.change(ctx, event, set_ | money[0], (*remove, *money[1]))
    puts = [ledger.put(ctx, event.ledger, entry) for entry in entries]
    return Planned(events.as_changed(ctx, event, change), change, puts)


class LedgerAheadError(Exception):
    """The ledger has entries that the event does not count: it was put anew, or restored.

    `event` counts them, so that what it lacks or has beside them is taken in as ever.
    """

    def __init__(self, event: Event, entries: list[Entry]) -> None:
        self.event = replace(event, entries=entries[-1].number, standing=fold(entries))
        super().__init__(f"the ledger has {len(entries)} entries")


def commit(ctx: Context, planned: Planned, beside: list[Write]) -> Event:
    """Write it, and `beside` with it. ConditionFailed counts the positions in `beside` first.

    Raises LedgerAheadError as well.
    """
    try:
        ctx.db.transact([*beside, *planned.writes])
    except ConditionFailed as error:
        ledger_rows = {len(beside) + position for position in range(len(planned.puts))}
        if error.failed <= ledger_rows:
            with reading_what_came_of_it():
                event = events.load(ctx, planned.event.exact_ref)
                entries = ledger.entries(ctx, event.ledger)
            raise LedgerAheadError(event, entries) from error
        raise
    return planned.event


# What a person does with an event's money beside logging a payment


@dataclass(frozen=True)
class Act:
    """What somebody wants done, once. `kind` is of the audit catalogue.

    `told`: what they said, so that another wish under the same key is told apart.
    `seen`: the event's `money_seen` when their form was filled; None: nobody looked.
    """

    kind: str
    ref: Ref
    key: str
    told: Item
    seen: str | None = None


@dataclass(frozen=True)
class Before:
    """What a decision is made of: the event, its entries, and the next one's number."""

    event: Event
    entries: list[Entry]
    number: int


@dataclass(frozen=True)
class Decision:
    """What is to be written: the event's new entries and attributes, the record's own fields,
    and what else belongs to the same transaction."""

    entries: list[Entry]
    record: Item
    set_: Item = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    beside: list[Write] = field(default_factory=list)


@dataclass(frozen=True)
class Done:
    """The event as it is now; `number` of the first entry that came of it.

    `repeated`: the same was done before, by the same key.
    """

    event: Event
    number: int
    repeated: bool = False


def perform(ctx: Context, act: Act, origin: Origin, decide: Callable[[Before], Decision]) -> Done:
    """Do it once, however often it is sent.

    `decide` says what is to be written, or raises Invalid or Refused; it is asked again when the
    event changed meanwhile. Raises NotFound, KeyReused, PaidMeanwhile and Unconfirmed as well.
    """
    return again_when_outdated(lambda: _perform(ctx, act, origin, decide))


def _perform(ctx: Context, act: Act, origin: Origin, decide: Callable[[Before], Decision]) -> Done:
    event = events.load(ctx, act.ref)
    seen = event.money_seen
    entries = ledger.entries(ctx, event.ledger)
    if len(entries) > event.entries:
        event = LedgerAheadError(event, entries).event
    print_ = fingerprint({"act": act.kind, "event": str(event.exact_ref), **act.told})
    number = next_number(ctx, event)
    opening_ = opening_entry(ctx, event)
    known = [*entries, opening_] if opening_ else entries
    try:
        if act.seen not in (None, seen):
            raise PaidMeanwhile(last_in_words(event))
        decision = decide(Before(event, known, number))
    except SccError:
        # Sent a second time, it finds its own work in the way.
        if done := _done_before(ctx, act.key, print_):
            return done
        raise
    use_key = audit.use_key(
        ctx, act.key, print_, event_id=event.slug, timestamp=event.timestamp, number=number
    )
    record = events.record(ctx, event.exact_ref, act.kind, origin, number=number, **decision.record)
    planned = plan(ctx, event, decision.entries, decision.set_, decision.remove, entries)
    try:
        changed = commit(ctx, planned, [use_key, record, *decision.beside])
    except ConditionFailed as error:
        with reading_what_came_of_it():
            done = _done_before(ctx, act.key, print_) if 0 in error.failed else None
        if done is None:
            raise Outdated from error
        return done
    except LedgerAheadError as error:
        raise Outdated from error
    return Done(changed, number)


def _done_before(ctx: Context, key: str, print_: str) -> Done | None:
    """What came of the key; None while it is unused. KeyReused where it was another wish."""
    used = audit.used_key(ctx, key)
    if used is None:
        return None
    event = events.load(ctx, Ref(used["event_id"], int(used["timestamp"])))
    if used["fingerprint"] != print_:
        raise KeyReused(what_was_logged(ctx, event, used))
    return Done(event, int(used.get("number", 0)), repeated=True)


def what_was_logged(ctx: Context, event: Event, used: Item) -> str:
    for entry in ledger.entries(ctx, event.ledger):
        if entry.number == used.get("number"):
            words = in_words(entry.cents or 0, entry.method, entry.payer, entry.tip_cents)
            return f"{words}, for {event.slug}."
    return f"for {event.slug}."


def last_in_words(event: Event) -> str:
    last = event.last_payment
    if last is None:
        return "something"
    return in_words(last.cents, last.method, last.payer, last.tip_cents)


def new_id() -> str:
    """For an entry that has no key of its own."""
    return secrets.token_hex(16)

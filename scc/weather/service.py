"""Make a weather call, go on with one that was cut off, take one back.

Each sail is one transaction with a key of its own, which notes on the call's record that it is
done; then each person gets one letter. A second tap, a crash, the schedule: all go on where it was.
"""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from scc.audit import store as audit
from scc.audit.model import Item, Origin, fingerprint, iso
from scc.aws import (
    Change,
    Write,
    again_when_outdated,
    reading_what_came_of_it,
    side_by_side,
    time_left,
)
from scc.context import Context
from scc.errors import (
    ConditionFailed,
    Invalid,
    KeyReused,
    NotFound,
    Outdated,
    Refused,
    SccError,
)
from scc.events import letters as event_letters
from scc.events import store as events
from scc.events.model import Event, ledger_partition, moment, parse_ref
from scc.events.service import time_attributes
from scc.mail import store as mail
from scc.mail.model import WAITING, WITHDRAWN, Posted
from scc.payments.writing import Act, Before, Decision, perform
from scc.staff import store as staff
from scc.weather import letters, store
from scc.weather.model import (
    CANCEL,
    DONE,
    GO,
    HOLD,
    MOVE,
    OPEN,
    UNDOING,
    UNDONE,
    Call,
    Choice,
    Told,
    blocked,
)

_HOLD: Final = ("hold_until",)
_SECONDS_FOR_ONE: Final = 3.5
"""No sail is begun with less left of the deadline: the next look goes on."""
_TAKEN_BACK: Final = "The weather call was taken back"
_CHANGED: Final = "It was changed meanwhile: look at it again."
_MOST_WRITES: Final = 90
"""Of letters and sails, in one transaction, which has 100 writes."""


def make_call(ctx: Context, call: Call, origin: Origin) -> Call:
    """Do what was chosen; gives how far it came. Sent again, it goes on.

    Raises KeyReused and Unconfirmed. What can't be done to a sail stands in `results`.
    """
    told = fingerprint({"call": [choice.item() for choice in call.choices], "why": call.reason})
    office = audit.office_partition(ctx)
    day = call.day.isoformat()
    record = audit.record(
        ctx,
        office,
        "weather.called",
        origin,
        call=call.id,
        day=day,
        sails=[choice.item() for choice in call.choices],
    )
    try:
        ctx.db.transact([audit.use_key(ctx, call.id, told, day=day), store.put(ctx, call), record])
    except ConditionFailed as error:
        with reading_what_came_of_it():
            used = audit.used_key(ctx, call.id)
        if used is None:
            raise Outdated from error
        if used["fingerprint"] != told:
            raise KeyReused("it made a weather call.") from error
    return go_on(ctx, store.load(ctx, call.day, call.id) or call, origin)


def go_on(ctx: Context, call: Call, origin: Origin) -> Call:
    """Do what is left of a call, as far as the deadline lets it. Safe to run twice at once."""
    if call.state == OPEN:
        call = _do(ctx, call, origin)
    elif call.state == UNDOING:
        call = _take_back(ctx, call, origin)
    return store.load(ctx, call.day, call.id) or call


def finish_calls(ctx: Context, origin: Origin) -> int:
    """Go on with the calls that nobody finished; gives how many there were. For the schedule."""
    found = store.unfinished(ctx)
    for call in found:
        with contextlib.suppress(SccError):
            go_on(ctx, call, origin)
    return len(found)


# Doing it


def _do(ctx: Context, call: Call, origin: Origin) -> Call:
    for number in call.left:
        if time_left() < _SECONDS_FOR_ONE:
            return call
        call = call.with_result(number, _do_one(ctx, call, number, origin))
    return _write_letters(ctx, store.load(ctx, call.day, call.id) or call)


def _do_one(ctx: Context, call: Call, number: int, origin: Origin) -> str:
    """Nothing where it is done, else why not."""
    choice = call.choices[number]
    decide = _Deciding(ctx, call, number, origin)
    act = Act(decide.kind, choice.ref, f"{call.id}-{number}", choice.item())
    try:
        perform(ctx, act, origin, decide)
    except (Invalid, KeyReused, NotFound, Refused) as error:
        ctx.db.write(store.note(call, number, str(error)))
        return str(error)
    return ""


class _Deciding:
    """What is written of one sail, if it is as it was looked at."""

    def __init__(self, ctx: Context, call: Call, number: int, origin: Origin) -> None:
        self.ctx, self.call, self.number, self.origin = ctx, call, number, origin
        self.choice = call.choices[number]
        self.kind = {
            HOLD: "weather.held",
            MOVE: "weather.moved",
            CANCEL: "event.ended",
            GO: "weather.lifted",
        }[self.choice.what]

    def __call__(self, before: Before) -> Decision:
        event, choice = before.event, self.choice
        if event.version != choice.version:
            raise Refused(_CHANGED)
        set_, remove, record, beside = self._what(event, choice)
        touched = (*set_, *remove)
        was = {name: event.item[name] for name in touched if name in event.item}
        withdrawn = [one.key["sk"] for one in beside if isinstance(one, Change)]
        kept: Item = {"had": was, "touched": list(touched), "withdrawn": withdrawn}
        noted = store.note(self.call, self.number, was=kept)
        return Decision([], record, set_, remove, [*beside, noted])

    def _what(
        self, event: Event, choice: Choice
    ) -> tuple[Item, tuple[str, ...], Item, list[Write]]:
        ctx = self.ctx
        if choice.what == HOLD:
            until = hold_moment(ctx, event, choice)
            over = event_letters.hold_is_over(ctx, event)
            return {"hold_until": iso(until)}, (), {"until": iso(until)}, over
        if choice.what == GO:
            return {}, _HOLD, {}, event_letters.hold_is_over(ctx, event)
        if choice.what == CANCEL:
            set_: Item = {
                "ended": "weather",
                "cancelled_at": iso(ctx.now()),
                "cancelled_reason": self.call.reason,
            }
            record = {"ended": "weather", "answer": "", "reason": self.call.reason}
            return set_, _HOLD, record, event_letters.off(ctx, event)
        if choice.day is None or choice.hour is None:
            raise Refused("Say to which day and hour it moves.")
        set_ = time_attributes(ctx, event, choice.day, choice.hour, self.origin)
        set_.pop("open", None)
        record = {"was": event.item.get("starts_at", ""), "starts_at": set_["starts_at"]}
        return set_, _HOLD, record, event_letters.out_of_date(ctx, event)


def hold_moment(ctx: Context, event: Event, choice: Choice) -> datetime:
    """When it is decided, on the sail's own day. Refused where that is no hour."""
    start = event.local_start(ctx.settings.timezone)
    if start is None or choice.until is None:
        raise Refused("Say until when it is held.")
    try:
        return moment(start.date(), choice.until, ctx.settings.timezone)
    except ValueError as error:
        raise Refused(str(error)) from error


# Writing to people


def _write_letters(ctx: Context, call: Call) -> Call:
    """One to each, all of them before the call counts as done."""
    done = [n for n in range(len(call.choices)) if call.is_done(n)]
    events_ = side_by_side(lambda n: events.load(ctx, call.choices[n].ref), done)
    sails = [
        letters.Turn(call.choices[n], event, _before(ctx, call, n, event))
        for n, event in zip(done, events_, strict=True)
    ]
    posts = letters.post(ctx, call, sails, staff.everyone(ctx)) if sails else []

    def send(post: letters.Post) -> None:
        with contextlib.suppress(ConditionFailed):  # written before whatever cut us off
            ctx.db.transact(post.writes)

    side_by_side(send, posts)
    with contextlib.suppress(ConditionFailed):  # somebody else went on with it as well
        ctx.db.transact([store.finished(call, [post.told for post in posts])])
    return call


def _before(ctx: Context, call: Call, number: int, event: Event) -> Event:
    """The sail as it was before this call."""
    was = call.was.get(number, {})
    kept = {name: v for name, v in event.item.items() if name not in was.get("touched", [])}
    return Event.from_item({**kept, **was.get("had", {})}, ctx.settings.timezone)


# Taking it back


def can_undo(ctx: Context, call: Call) -> tuple[list[int], bool]:
    """Numbers of the sails that can be put back as they were, and whether there are others: whose
    letter has left, or who were changed since."""
    if call.state != DONE:
        return [], False
    posted = mail.several(ctx, [(one.about, one.sort) for one in call.letters])
    left = [one for one in call.letters if not _waits(posted.get((one.about, one.sort)))]
    done = [n for n in range(len(call.choices)) if call.is_done(n)]
    changed = [Told("", "", (str(call.choices[n].ref),)) for n in _changed(ctx, call, done)]
    gone = blocked(call.letters, [*left, *changed])
    free = [n for n in done if str(call.choices[n].ref) not in gone]
    return free, len(free) < len(done)


def _changed(ctx: Context, call: Call, numbers: Sequence[int]) -> list[int]:
    """Those of the sails that are not as the call left them: they can't be put back, and so their
    letters have to leave."""

    def is_changed(number: int) -> bool:
        try:
            event = events.load(ctx, call.choices[number].ref)
        except NotFound:
            return True
        return event.version != call.choices[number].version + 1

    found = side_by_side(is_changed, numbers)
    return [number for number, changed in zip(numbers, found, strict=True) if changed]


def _waits(letter: Posted | None) -> bool:
    if letter is None or _can_withdraw(letter):
        return True
    return letter.state == WITHDRAWN and not letter.unsure


def _can_withdraw(letter: Posted) -> bool:
    return letter.state == WAITING and not letter.may_have_left


def undo_call(ctx: Context, call: Call, origin: Origin) -> Call:
    """Put back what no letter has told of yet: first the letters are withdrawn, all at once, then
    each sail is as it was. Refused where all have left. Twice is once."""

    def attempt() -> Call:
        now = store.load(ctx, call.day, call.id) or call
        if now.state in (UNDOING, UNDONE):
            return now
        numbers, _ = can_undo(ctx, now)
        if not numbers:
            raise Refused(
                "The letters have left, or it was changed since: change each sail on its own page."
            )
        refs = {str(now.choices[n].ref) for n in numbers}
        writes = _withdrawn(ctx, now, refs)
        writes += [store.as_left(now.choices[n]) for n in numbers]
        if len(writes) > _MOST_WRITES:
            raise Refused("These are too many letters at once: change each sail on its own page.")
        record = audit.record(
            ctx,
            audit.office_partition(ctx),
            "weather.undone",
            origin,
            call=now.id,
            day=now.day.isoformat(),
        )
        try:
            ctx.db.transact([*writes, store.undoing(ctx, now, numbers), record])
        except ConditionFailed as error:  # one of them has just left, or a sail was changed
            raise Outdated from error
        return store.load(ctx, now.day, now.id) or now

    return go_on(ctx, again_when_outdated(attempt), origin)


def _withdrawn(ctx: Context, call: Call, refs: set[str]) -> list[Write]:
    writes: list[Write] = []
    about = [told for told in call.letters if refs & {*told.refs}]
    posted = mail.several(ctx, [(told.about, told.sort) for told in about])
    for told in about:
        letter = posted.get((told.about, told.sort))
        if not _waits(letter):  # it has left since it was looked at
            raise Outdated
        if letter and _can_withdraw(letter):
            writes.append(mail.withdraw(letter, _TAKEN_BACK))
            writes += mail.untold(ctx, letter, _partitions(told.refs))
    return writes


def _partitions(refs: Sequence[str]) -> list[str]:
    return [ledger_partition(ref.slug, ref.timestamp) for ref in map(parse_ref, refs)]


def _take_back(ctx: Context, call: Call, origin: Origin) -> Call:
    for number in [n for n in call.undo if n not in call.undone]:
        if time_left() < _SECONDS_FOR_ONE:
            return call
        _take_back_one(ctx, call, number, origin)
    with contextlib.suppress(ConditionFailed):
        ctx.db.transact([store.undone(call)])
    return call


def _take_back_one(ctx: Context, call: Call, number: int, origin: Origin) -> None:
    choice, was = call.choices[number], call.was.get(number, {})

    def decide(before: Before) -> Decision:
        if before.event.version != choice.version + 1:
            raise Refused(_CHANGED)
        had: Item = dict(was.get("had", {}))
        remove = tuple(name for name in was.get("touched", []) if name not in had)
        noted = store.note_undone(call, number)
        waits = _waits_again(
            ctx, before.event, was.get("withdrawn", ()), f"{call.id}-back-{number}"
        )
        return Decision([], {"what": choice.what}, had, remove, [noted, *waits])

    act = Act("weather.taken_back", choice.ref, f"{call.id}-back-{number}", choice.item())
    try:
        perform(ctx, act, origin, decide)
    except (KeyReused, NotFound, Refused) as error:
        ctx.db.write(store.note_undone(call, number, str(error)))


def _waits_again(ctx: Context, event: Event, sorts: Sequence[str], key: str) -> list[Write]:
    """The letters that the call kept from leaving: what they say holds again."""
    return [
        mail.again(ctx, one, one.to, key)
        for one in mail.about(ctx, event.ledger)
        if one.sort in sorts and one.state == WITHDRAWN and not one.may_have_left
    ]

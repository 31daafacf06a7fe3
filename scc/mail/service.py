"""What is done with mail: send what is due, send again, withdraw, look whether it works."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Final

from scc import heartbeat
from scc.audit.model import Origin
from scc.aws import Write, time_left
from scc.company import store as company
from scc.context import Context
from scc.errors import ConditionFailed, Refused, SccError, Unconfirmed
from scc.lines import tell
from scc.mail import letters, store, ways
from scc.mail.model import (
    FAILED,
    SECRET,
    SENT,
    TRIES,
    WAITING,
    WITHDRAWN,
    Letter,
    Posted,
    again_key,
    next_try,
)
from scc.mail.render import message, render

AT_ONCE: Final = 20
"""Letters in one run."""

_SECONDS_FOR_ONE: Final = 6.0
"""No letter is begun with less left of the deadline."""

_SECONDS_FOR_A_WAY: Final = 5.0
"""So that what came of it can still be noted: else it would be sent a second time."""

_WAIT_FOR_OTHER: Final = timedelta(minutes=1)


@dataclass
class Drained:
    """What became of the letters that were due, by number."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    withdrawn: int = 0
    alarms: list[str] = field(default_factory=list)
    """Ways that are closed until somebody does something, in words."""


def drain(ctx: Context, most: int = AT_ONCE) -> Drained:
    """Send what is due, until the deadline. Safe to run anywhere and at once: each letter is
    claimed first. It goes out at least once, every time with the same Message-ID.
    """
    done = Drained()
    for letter in store.due(ctx, most):
        if time_left() < _SECONDS_FOR_ONE:
            break
        try:
            outcome = _deliver(ctx, letter, done)
        except (ConditionFailed, Unconfirmed):  # somebody else is at it; or it comes due again
            continue
        setattr(done, outcome, getattr(done, outcome) + 1)
    return done


def _deliver(ctx: Context, letter: Posted, done: Drained) -> str:
    """What became of it: the name of a count of Drained. Raises ConditionFailed, Unconfirmed."""
    now_ours = store.claim(ctx, letter)
    ctx.db.transact([now_ours])
    letter = replace(
        letter,
        tries=letter.tries + 1,
        leased=now_ours.set["leased"],
        unsure=letter.unsure or bool(letter.leased),
    )
    if letter.after:
        settled = _after_other(ctx, letter)
        if isinstance(settled, str):
            return settled
        letter = settled
    if trouble := store.address_trouble(ctx, letter.to):
        return _fail(ctx, letter, f"Mail to this address came back: {trouble['why']}")
    return _send(ctx, letter, done)


def _after_other(ctx: Context, letter: Posted) -> Posted | str:
    """The letter as it goes out, or what became of it for now."""
    other = store.one(ctx, letter.about, letter.after)
    if other and other.state == WAITING:
        ctx.db.transact([store.postponed(ctx, letter, _WAIT_FOR_OTHER)])
        return "waiting"
    if other and other.may_have_left:
        return letter
    if letter.instead is None:
        ctx.db.transact([store.withdraw(replace(letter, leased=0), "What it corrects never left")])
        return "withdrawn"
    given = letter.instead
    ctx.db.transact([store.instead(letter, given)])
    return replace(letter, kind=given["kind"], to=given["to"], values=given["values"])


def _send(ctx: Context, letter: Posted, done: Drained) -> str:
    troubles: list[ways.Trouble] = []
    for way in ways.ways(ctx):
        if time_left() < _SECONDS_FOR_A_WAY:
            troubles.append(ways.Busy("There was no time left"))
            break
        made = _written(ctx, letter, way)
        if made is None:
            troubles.append(ways.Busy("The letter could not be written"))
            break
        try:
            number = _hand_over(way, made)
        except ways.Trouble as trouble:
            troubles.append(trouble)
            if isinstance(trouble, ways.Refused):
                _alarm(ctx, str(trouble), done)
            if isinstance(trouble, ways.Unsure) and letter.tries < 2:
                break  # the next way would send it a second time: first ask this one again
            continue
        writes: list[Write] = [store.sent(ctx, letter, way.name, number)]
        if letter.kind not in SECRET:
            writes.append(store.put_text(ctx, letter, made.as_string()))
        ctx.db.transact(writes)
        return "sent"
    return _in_vain(ctx, letter, troubles)


def _written(ctx: Context, letter: Posted, way: ways.Way) -> EmailMessage | None:
    """None where it can't be: its template wants what an older release did not put in, say."""
    try:
        rendered = render(ctx.settings, company.load(ctx), letter.kind, letter.values)
        return message(ctx.settings, rendered, letter.to, way.sender, letter.id, ctx.now())
    except Exception as error:  # one letter must not keep the others from leaving
        tell(letter=letter.kind, error=type(error).__name__)
        return None


def _hand_over(way: ways.Way, made: EmailMessage) -> str:
    try:
        return way.send(made)
    except ways.Trouble:
        raise
    except Exception as error:  # a library broke: nobody knows how far it came
        tell(way=way.name, error=type(error).__name__)
        raise ways.Unsure(f"{way.name} broke ({type(error).__name__})") from error


def _in_vain(ctx: Context, letter: Posted, troubles: list[ways.Trouble]) -> str:
    reason = "; ".join(map(str, troubles)) or "No way to send mail is set up"
    unsure = any(isinstance(trouble, ways.Unsure) for trouble in troubles)
    rejected = bool(troubles) and all(isinstance(one, ways.Rejected) for one in troubles)
    pause = next_try(letter.tries)
    if rejected or pause is None:
        return _fail(ctx, letter, reason, unsure)
    return _or_withdrawn(
        ctx, letter, [store.in_vain(ctx, letter, reason, pause, unsure)], "waiting", unsure
    )


def _fail(ctx: Context, letter: Posted, reason: str, unsure: bool = False) -> str:
    writes: list[Write] = [store.failed(ctx, letter, reason, unsure)]
    outcome = _or_withdrawn(ctx, letter, writes, "failed", unsure)
    if outcome == "failed":
        _mark_event(ctx, letter.about, failed=True)
    return outcome


def _or_withdrawn(
    ctx: Context, letter: Posted, writes: list[Write], outcome: str, unsure: bool
) -> str:
    """Note it, unless the letter was withdrawn while a way refused it: then that it stayed here."""
    try:
        ctx.db.transact(writes)
    except ConditionFailed:
        if not unsure and not letter.unsure:
            ctx.db.transact([store.did_not_leave(letter)])
        return "withdrawn"
    return outcome


def _mark_event(ctx: Context, about: str, failed: bool) -> None:
    """On the event, so that its card tells. An older event may not be found by its number."""
    change = store.mark_event(about, failed)
    if change:
        with contextlib.suppress(ConditionFailed):
            ctx.db.transact([change])


def _alarm(ctx: Context, reason: str, done: Drained) -> None:
    """A way is closed. A line in the log, to set an alarm on; a note for the page; and once a
    day a letter to the owner, by whatever way is left."""
    if reason in done.alarms:
        return
    done.alarms.append(reason)
    tell(alarm="mail", reason=reason)
    name = reason.partition(" (")[0]
    letter = letters.owner_alarm(ctx.settings.mail.owner, reason, f"{ctx.today()} {name}")
    # Told today; or it can't be noted just now, which must not keep the letter from the next way.
    with contextlib.suppress(ConditionFailed, SccError):
        ctx.db.write(store.note(ctx, f"way#{name}", reason=reason))
        if letter.to:
            ctx.db.transact([store.queue(ctx, letter)])


# What a person does


def send_again(ctx: Context, letter: Posted, to: str, key: str, origin: Origin) -> None:
    """A letter that did not leave tries anew; one that did leaves once more, as another letter.

    `to`: where it goes now. What is known against that address is forgotten. Twice with one key
    is once, also where it left in between. Refused where it was taken back, or is leaving.
    """
    if letter.again == key:
        return
    _refuse_leaving(ctx, letter)
    if letter.state == SENT:
        copy_key = again_key(letter, key)
        copy = Letter(
            letter.kind, to, letter.about, copy_key, dict(letter.values), by=origin.actor.name
        )
        writes: list[Write] = [store.queue(ctx, copy)]
    elif letter.state in (FAILED, WAITING):
        writes = [store.again(ctx, letter, to, key)]
    else:
        raise Refused("This letter was taken back. Write another one.")
    writes.append(store.record(ctx, "again", letter.about, letter.kind, origin))
    if store.address_trouble(ctx, to):
        writes.append(store.clear_address(to))
    try:
        ctx.db.transact(writes)
    except ConditionFailed:  # its own second tap, or it has just left
        return
    _no_longer_failed(ctx, letter)


def _no_longer_failed(ctx: Context, letter: Posted) -> None:
    if letter.state == FAILED and not _others_failed(ctx, letter):
        _mark_event(ctx, letter.about, failed=False)


def _others_failed(ctx: Context, letter: Posted) -> bool:
    return any(
        other.state == FAILED for other in store.about(ctx, letter.about) if other.id != letter.id
    )


def take_back(ctx: Context, letter: Posted, origin: Origin) -> None:
    """Keep a letter that waits from leaving; let one that failed be. Refused where it has left, or
    is about to."""
    _refuse_leaving(ctx, letter)
    try:
        if letter.state in (WAITING, FAILED):
            withdrawn = store.withdraw(letter, f"Taken back by {origin.actor.name}")
            said = store.record(ctx, "withdrawn", letter.about, letter.kind, origin)
            ctx.db.transact([withdrawn, said])
            _no_longer_failed(ctx, letter)
            return
    except ConditionFailed:
        pass
    now = store.one(ctx, letter.about, letter.sort)
    if now and now.state != WITHDRAWN:
        raise Refused("It has left already, or is leaving just now.")


def _refuse_leaving(ctx: Context, letter: Posted) -> None:
    if letter.state == WAITING and letter.leased > ctx.now().timestamp():
        raise Refused("It is leaving just now. Look again in a minute.")


# Health


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `problem`: it does not work."""

    what: str
    text: str
    problem: bool


def health(ctx: Context) -> list[Finding]:
    """Whether each way works now, without sending; whether the schedule runs; what is stuck."""
    found = [_check(way) for way in ways.ways(ctx)]
    if not found:
        found = [Finding("Ways", "None is set up: letters wait. See docs/mail.md.", True)]
    mail = ctx.settings.mail
    if (mail.gmail_service_account or mail.gmail_token) and not mail.gmail_sender:
        text = "It is missing, so Gmail’s credentials are of no use."
        found.append(Finding("GMAIL_SENDER_EMAIL", text, True))
    return [*found, _schedule(ctx), *_stuck(ctx)]


def _check(way: ways.Way) -> Finding:
    what = getattr(way, "credential", way.name)
    try:
        return Finding(what, way.check(), False)
    except ways.Trouble as trouble:
        return Finding(what, f"{trouble}.", True)


_SILENT: Final = heartbeat.JOBS["mail"]


def _schedule(ctx: Context) -> Finding:
    last = heartbeat.last(ctx, "mail")
    if last is None:
        return Finding("Schedule", "It has not run yet.", True)
    ago = ctx.now() - last
    minutes = int(ago.total_seconds() // 60)
    text = f"It last ran {minutes} min ago." if minutes else "It ran within the last minute."
    return Finding("Schedule", text, ago > _SILENT)


def _stuck(ctx: Context) -> Iterator[Finding]:
    failed = store.in_state(ctx, FAILED, 100)
    if failed:
        number = f"{len(failed)}{'+' if len(failed) == 100 else ''}"
        text = f"{number} did not leave after {TRIES} tries, or can’t. Send them again, or call."
        yield Finding("Failed letters", text, True)
    overdue = int((ctx.now() - _SILENT).timestamp())
    late = [one for one in store.in_state(ctx, WAITING, 100) if one.due < overdue]
    if late:
        yield Finding("Waiting letters", f"{len(late)} are overdue: nobody sends them.", True)

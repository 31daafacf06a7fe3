"""What a person does with an event's letters; and those that go by themselves."""

import contextlib
from datetime import timedelta
from typing import Final

from scc.audit.model import Origin
from scc.context import Context
from scc.crew import store as crew
from scc.crew.letters import is_so
from scc.crew.model import station_of
from scc.crew.plan import plan_of
from scc.errors import ConditionFailed, NotFound, Refused
from scc.events import store as events
from scc.events.letters import OFF, OUT_OF_DATE, account, is_to_come, sail, two_days_before, when
from scc.events.model import Event, Ref
from scc.ledger import store as ledger
from scc.ledger.model import reading
from scc.lines import tell
from scc.mail import letters, sns, store
from scc.mail import service as mail
from scc.mail.bounces import troubles
from scc.mail.model import OFFICE, WITHDRAWN, Posted, address_or_none

BY_ITSELF: Final = "SCC"
"""Who causes a letter that nobody asked for."""

_TOO_LATE: Final = timedelta(hours=3)
"""Before the sail: nobody looks for a letter any more."""
_AHEAD: Final = timedelta(days=3)
"""How far to look for sails that are two days away."""


def tell_sail(ctx: Context, ref: Ref, key: str, origin: Origin) -> Event:
    """Send *Your sail* now. Twice with one key is once. Refused where there is no address."""
    event = events.load(ctx, ref)
    if event.cancelled:
        raise Refused("This sail is cancelled.")
    if event.starts_at and not is_to_come(ctx, event):
        raise Refused("This sail is over.")
    told = sail(ctx, event)
    if not told.to:
        raise Refused("There is no e-mail address to write to. Add one by Change.")
    letter = letters.your_sail(told, account(event), key, origin.actor.name)
    with contextlib.suppress(ConditionFailed):  # its own second tap
        said = store.record(ctx, "asked", event.ledger, letter.kind, origin)
        ctx.db.transact([store.queue(ctx, letter), said])
    return event


def send_again(ctx: Context, letter: Posted, key: str, origin: Origin) -> None:
    """Send it again, to where the patron's mail goes by now. Twice with one key is once.

    Refused where it is leaving, was taken back, or where what it says is not so any more.
    """
    event, to = event_of(ctx, letter), letter.to
    if event:
        _refuse_untrue(ctx, letter, event)
        if letter.to_patron:
            to = address_or_none(event.patron_email) or to
    mail.send_again(ctx, letter, to, key, origin)


def event_of(ctx: Context, letter: Posted) -> Event | None:
    """The event it is about, if it is about one and that is there."""
    slug, _, timestamp = letter.about.removeprefix("event#").rpartition("#")
    if letter.about == OFFICE:
        return None
    try:
        return events.load(ctx, Ref(slug, int(timestamp)))
    except NotFound:
        return None


def _refuse_untrue(ctx: Context, letter: Posted, event: Event) -> None:
    if letter.kind in ("receipt", "owner_payment") and not _still_counts(ctx, letter, event):
        raise Refused("That payment was taken back, so this letter is not sent again.")
    if letter.kind in ("crew_ask", "crew_told") and not _still_asked(ctx, letter, event):
        raise Refused("That has changed since, so this letter is not sent again.")
    if letter.kind == "cancelled" and not event.cancelled:
        raise Refused("The sail is on after all, so this letter is not sent again.")
    if letter.kind == "held" and event.hold_until is None:
        raise Refused("The sail is not on hold any more, so this letter is not sent again.")
    if letter.kind in ("your_sail", "moved", "reinstated", "lifted", "waiver_reminder"):
        if event.cancelled:
            raise Refused("This sail is cancelled, so this letter is not sent again.")
        if letter.values["when"] != when(ctx, event):
            raise Refused("The sail has another time by now. Send “Your sail” instead.")
        if letter.values.get("dock", event.dock) != event.dock:
            raise Refused("The sail leaves from another dock by now. Send “Your sail” instead.")


def _still_asked(ctx: Context, letter: Posted, event: Event) -> bool:
    """Whether what it says to one of the crew still holds."""
    person = letter.of.partition("-")[0]
    plan = plan_of(ctx, event)
    asked = crew.ask(ctx, event, person)
    return is_so(letter, plan.terms, asked, station_of(plan.stations, person))


def _still_counts(ctx: Context, letter: Posted, event: Event) -> bool:
    entries = ledger.entries(ctx, event.ledger)
    counts = reading(entries).counts
    return all(counts(one) for one in entries if letter.tells_of(letter.kind, one.id))


def note_handed(ctx: Context, event: Event, text: str, key: str, origin: Origin) -> None:
    """Somebody took the text over to their own phone. Twice with one key is once."""
    row = store.handed(
        ctx, event.ledger, event.patron_phone, {"text": text}, key, origin.actor.name
    )
    with contextlib.suppress(ConditionFailed):
        said = store.record(ctx, "texted", event.ledger, "text", origin)
        ctx.db.transact([row, said])


def write_sail_letters(ctx: Context) -> int:
    """Queue *Your sail* for each sail that is two days away; gives how many.

    Safe to run twice, and however often: of a sail's time there is one such letter, and none
    where somebody has sent one since. What was taken back because the sail was off, or at another
    time, is written anew.
    """
    return sum(_write_sail_letter(ctx, event) for event in _soon(ctx))


def _soon(ctx: Context) -> list[Event]:
    now = ctx.now()
    since, until = now + _TOO_LATE, now + _AHEAD
    zone = ctx.settings.timezone
    months = {f"{moment.astimezone(zone):%Y-%m}" for moment in (since, until)}
    found = [
        event
        for month in sorted(months)
        for event in events.in_month(ctx, month, since=events.start_key(since))
    ]
    return [event for event in found if event.starts_at and event.starts_at <= until]


def _write_sail_letter(ctx: Context, listed: Event) -> bool:
    morning = two_days_before(ctx, listed)
    if not listed.took_place or morning is None or ctx.now() < morning:
        return False
    if not address_or_none(listed.patron_email):
        return False
    since = events.start_key(morning)
    written = [one for one in store.about(ctx, listed.ledger) if one.kind == "your_sail"]
    if any(one.state != WITHDRAWN and one.at >= since for one in written):
        return False
    event = events.load(ctx, listed.exact_ref)  # the index may lag behind a cancellation
    if event.starts_at != listed.starts_at or not event.took_place:
        return False
    if event.starts_at is None:
        return False
    overtaken = [one for one in written if one.reason in (OFF, OUT_OF_DATE)]
    key = f"by-itself-{events.start_key(event.starts_at)}-{len(overtaken)}"
    letter = letters.your_sail(sail(ctx, event), account(event), key, BY_ITSELF)
    try:
        ctx.db.transact(store.queued(ctx, letter))
    except ConditionFailed:  # another run
        return False
    return True


def hear(ctx: Context, body: bytes) -> None:
    """What SNS posted: mark the addresses that mail does not reach. Raises sns.NotSigned."""
    settings = ctx.settings.mail
    message = sns.read(settings, body)
    if message["Type"] == "SubscriptionConfirmation":
        sns.confirm(settings, message)
        tell(mail="subscribed")
    if message["Type"] == "Notification":
        found = troubles(message.get("Message", ""))
        for address, why in found.items():
            ctx.db.write(store.mark_address(ctx, address, why))
        tell(mail="news of SES", marked=len(found))

"""What letters say of money, and what becomes of a receipt whose payment is taken back."""

from collections.abc import Sequence

from scc.aws import Write
from scc.context import Context
from scc.events.letters import account, sail
from scc.events.model import Event
from scc.ledger.methods import method_named
from scc.ledger.model import Entry, Standing
from scc.mail import letters, store
from scc.mail.letters import Paid
from scc.mail.model import FAILED, SENT, WAITING, WITHDRAWN, Letter, Posted
from scc.parse import money
from scc.payments.model import in_words

_TAKEN_BACK = "The payment was taken back"


def of_a_payment(
    ctx: Context, event: Event, entry: Entry, standing: Standing, owed_cents: int = 0
) -> list[Write]:
    """The patron's receipt and the owner's letter; the event as it was, its standing as it is.

    What the booking system took, it gives its own receipt for.
    """
    return store.queued(
        ctx,
        receipt(ctx, event, entry, standing, owed_cents),
        _to_owner(ctx, event, entry, standing),
    )


def receipt(
    ctx: Context, event: Event, entry: Entry, standing: Standing, owed_cents: int = 0
) -> Letter | None:
    if not method_named(entry.method).ours:
        return None
    return letters.receipt(
        sail(ctx, event),
        paid(event, entry),
        account(event, standing),
        owed_cents,
        entry.id,
        entry.actor.name,
    )


def _to_owner(ctx: Context, event: Event, entry: Entry, standing: Standing) -> Letter:
    words = in_words(entry.cents or 0, entry.method, entry.payer, entry.tip_cents)
    return letters.owner_payment(
        ctx.settings.mail.owner,
        sail(ctx, event),
        words,
        account(event, standing),
        entry.id,
        entry.actor.name,
    )


def paid(event: Event, entry: Entry) -> Paid:
    cents = entry.cents or 0
    return Paid(_what(event, entry), cents, entry.tip_cents, entry.method)


def _what(event: Event, entry: Entry) -> str:
    """`your check for $450`, `the $450 by Zelle from J Alvarez`."""
    cents = (entry.cents or 0) or entry.tip_cents
    amount = f"{money(cents)}{'' if entry.cents else ' tip'}"
    by = method_named(entry.method).by
    theirs = _is_patron(event, entry.payer)
    whose, whom = ("your", "") if theirs else ("the", f" from {entry.payer}")
    if entry.method == "check":
        return f"{whose} check for {amount}{whom}"
    return f"{whose} {amount}{by}{whom}"


def _is_patron(event: Event, payer: str) -> bool:
    """A payer of the patron's first name alone is the patron, too."""
    names = {event.patron_name.casefold(), event.first_name.casefold()}
    return not payer or payer.casefold() in names


def of_a_void(
    ctx: Context,
    event: Event,
    gone: Sequence[Entry],
    why: str,
    key: str,
    by: str,
    anew: tuple[Entry, Standing] | None = None,
) -> list[Write]:
    """What was written of payments that no longer count.

    A receipt that has not left is withdrawn; one that left, or may have, is followed by a
    correction. `anew`: the payment logged in the place of the only one, and what it comes to:
    its receipt, or a word of it in the correction.
    """
    writes: list[Write] = []
    posted = store.about(ctx, event.ledger)
    right = receipt(ctx, event, anew[0], anew[1]) if anew else None
    owners = [_to_owner(ctx, event, *anew)] if anew else []
    for entry in gone:
        if not entry.is_money_in:
            continue
        receipts = [one for one in posted if one.tells_of("receipt", entry.id)]
        to_owner = [one for one in posted if one.tells_of("owner_payment", entry.id)]
        waiting = [one for one in (*receipts, *to_owner) if one.state == WAITING]
        writes += [store.withdraw(one, _TAKEN_BACK) for one in waiting]
        left = _surest([one for one in receipts if one.may_have_left])
        if left:
            what = paid(event, entry).what
            letter = letters.correction(
                sail(ctx, event), what, why, f"{key}-{entry.number}", by, left.sort, right
            )
            writes += store.queued(ctx, letter)
            right = None
    return writes + store.queued(ctx, right, *owners)


def _surest(told: Sequence[Posted]) -> Posted | None:
    """Of letters that tell the same, one that left, where there is one."""
    return max(told, key=lambda one: (one.state == SENT, one.may_have_left), default=None)


def of_a_refund(
    ctx: Context, event: Event, cents: int, method: str, sent: bool, key: str, by: str
) -> list[Write]:
    """Money goes back: the patron is told, if they were told that we have any."""
    told = [
        one
        for one in store.about(ctx, event.ledger)
        if one.kind == "receipt" and (one.may_have_left or one.state not in (WITHDRAWN, FAILED))
    ]
    known = _surest(told)
    if known is None:
        return []
    how = method_named(method).by.strip()
    letter = letters.refund(sail(ctx, event), cents, how, sent, key, by, known.sort)
    return store.queued(ctx, letter)

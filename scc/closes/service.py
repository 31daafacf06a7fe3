"""What a person does at the end of a day or week: count the money, once."""

from dataclasses import dataclass
from datetime import date, datetime, time

from scc.audit import store as audit
from scc.audit.model import Item, Origin, fingerprint, iso
from scc.aws import Write, reading_what_came_of_it
from scc.closes.model import ClosedMeanwhile, Counted, Listing, count, sections
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, KeyReused
from scc.ledger import store as ledger
from scc.ledger.closes import Close, row_name, rows_hash
from scc.ledger.methods import method_named
from scc.mail import letters, store
from scc.parse import money


@dataclass(frozen=True)
class NewClose:
    """A close as somebody wants it made: the rows that they saw, and what they found."""

    listing: Listing
    counted: Counted
    key: str
    listed_at: str
    """When the rows were listed, UTC."""
    listed_on: date
    """The same, as the boat's day."""

    @property
    def fingerprint(self) -> str:
        counted = self.counted
        told: Item = {
            "rows": self.listing.seen,
            "sums": {name: cents for name, cents in counted.sums.items() if cents is not None},
            "ticked": sorted(counted.ticked),
            "reasons": dict(counted.reasons),
        }
        return fingerprint(told)


def close(ctx: Context, new: NewClose, origin: Origin) -> Close:
    """Write the close, with its record and key.

    Raises Invalid (a difference without a reason, a sum that is missing, nothing to count),
    ClosedMeanwhile, KeyReused and Unconfirmed.
    """
    listing = new.listing
    if not listing.rows:
        raise Invalid({"seen": "Nothing was logged since the last close."})
    counts = count(sections(listing.rows, last_day(ctx, listing.last)), new.counted)
    made = Close(
        number=listing.number,
        id=new.key,
        at=iso(ctx.now()),
        actor=origin.actor,
        since=listing.last.at if listing.last else _midnight(ctx, listing.begin),
        until=new.listed_at,
        open_from=listing.open_from(new.listed_on).isoformat(),
        counts=tuple(counts),
        rows=tuple(sorted(row_name(row.item) for row in listing.rows)),
        hash=rows_hash(row.item for row in listing.rows),
    )
    use_key = audit.use_key(ctx, new.key, new.fingerprint, close=made.number)
    record = audit.record(
        ctx,
        audit.office_partition(ctx),
        "close.made",
        origin,
        number=made.number,
        close_id=made.id,
        rows=len(made.rows),
    )
    try:
        ctx.db.transact([use_key, record, ledger.put_close(ctx, made), *_letter(ctx, made)])
    except ConditionFailed as error:
        with reading_what_came_of_it():
            earlier = made_before(ctx, new.key, new.fingerprint) if 0 in error.failed else None
            if earlier is None:
                raise ClosedMeanwhile(ledger.last_close(ctx)) from error
        return earlier
    return made


def _letter(ctx: Context, made: Close) -> list[Write]:
    """The owner learns what was counted, and where it differs."""
    counts = [
        {
            "label": method_named(one.method).label,
            "expected": money(one.expected_cents),
            "counted": money(one.counted_cents),
            "reason": one.reason if one.differs else "",
        }
        for one in made.counts
    ]
    total = sum(one.counted_cents for one in made.counts)
    letter = letters.owner_close(
        ctx.settings.mail.owner,
        made.number,
        total,
        counts,
        f"/scc/close/{made.number}",
        made.actor.name,
    )
    return store.queued(ctx, letter)


def made_before(ctx: Context, key: str, print_: str | None = None) -> Close | None:
    """The close that was made by a form with this key; None where there is none.

    KeyReused where it was made with other figures (`print_`).
    """
    used = audit.used_key(ctx, key)
    if used is None or "close" not in used:
        return None
    found = ledger.close_numbered(ctx, int(used["close"]))
    if found and print_ not in (None, used["fingerprint"]):
        raise KeyReused(f"it made close {found.number}, with other figures.")
    return found


def last_day(ctx: Context, last: Close | None) -> date | None:
    """The boat's day of a close."""
    return day_of(ctx, last.at) if last else None


def day_of(ctx: Context, moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ctx.settings.timezone).date()


def _midnight(ctx: Context, day: date) -> str:
    return iso(datetime.combine(day, time(), ctx.settings.timezone))

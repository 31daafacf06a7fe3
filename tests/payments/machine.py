"""R14: people do what they like with the money of two events; a plain model says what is true.

The model knows nothing of entries and folds: it keeps each sum of money and what became of it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from scc.banking.model import Place
from scc.banking.service import Bounce, Marks, bounce, mark
from scc.context import Context
from scc.corrections.model import Refund
from scc.corrections.service import Once, mark_sent, move, refund, void
from scc.endings.service import end_event
from scc.errors import Invalid, Refused
from scc.events import store
from scc.events.model import Event
from scc.events.service import Details, change_event
from scc.ledger.methods import METHODS
from scc.payments.model import NewPayment, Price
from scc.payments.service import change_price, log_payment
from tests.given import charter
from tests.hooks import Died, dying
from tests.older import entries
from tests.payments.acts import MOANA

CHECKED = ("check", "zelle", "venmo", "other")
STEPS = {"received": ("deposited", "banked", "bounced"), "deposited": ("banked", "bounced")}


@dataclass
class Sum:
    """Money that came in (`refund`: that goes out), and what was said of it since."""

    cents: int
    tip_cents: int
    method: str
    more: bool = False
    refund: bool = False
    began: str = "received"
    marks: list["Said"] = field(default_factory=list)
    gone: bool = False
    """Voided, or moved to the other event."""

    @property
    def state(self) -> str:
        said = [mark.kind for mark in self.marks if not mark.voided]
        return said[-1] if said else self.began

    @property
    def counts(self) -> bool:
        return not self.gone and self.state != "bounced"

    @property
    def waits(self) -> bool:
        checked = self.refund or self.method in CHECKED
        return self.counts and checked and self.state not in ("banked", "sent")


@dataclass
class Said:
    """What was said of a sum, or of all an event's money."""

    kind: str
    voided: bool = False


@dataclass
class Book:
    """What is true of one event. `rows`: by number from 1, what each entry was about."""

    price: int | None
    rows: list[Any] = field(default_factory=list)
    last: Sum | None = None

    def add(self, *rows: Any) -> None:
        self.rows += rows

    @property
    def sums(self) -> list[Sum]:
        return [row for row in self.rows if isinstance(row, Sum)]

    @property
    def paid(self) -> int:
        return sum(-s.cents if s.refund else s.cents for s in self.sums if s.counts)

    @property
    def refundable(self) -> int:
        theirs = [s for s in self.sums if s.counts and s.method == "booking" and not s.refund]
        return self.paid - sum(s.cents for s in theirs)

    @property
    def settled(self) -> bool:
        if self.price is not None:
            return self.paid >= self.price
        return any(s.counts and s.cents and not s.more and not s.refund for s in self.sums)

    @property
    def answer(self) -> str:
        said = [row.kind for row in self.rows if isinstance(row, Said) and not row.voided]
        return next((kind for kind in reversed(said) if kind in ("hold", "keep")), "")

    @property
    def pending(self) -> list[tuple[str, int, str]]:
        return sorted(
            ("owed" if s.refund else s.state, s.cents + s.tip_cents, s.method)
            for s in self.sums
            if s.waits
        )


WHICH = st.integers(0, 1)
NUMBER = st.integers(0, 11)
CENTS = st.sampled_from((100, 5000, 22500, 45000, 60000))
METHOD = st.sampled_from(list(METHODS))
OURS = st.sampled_from([name for name in METHODS if name != "booking"])
DEATH = st.sampled_from(("", "", "", "", "before", "after"))
"""Whether the process dies at the write, and the act is sent again."""


class Office(RuleBasedStateMachine):
    """Subclassed with the context that it works in."""

    ctx: Context
    keys = count()
    days = count()

    @initialize()
    def open(self) -> None:
        day = self.ctx.today() + timedelta(days=next(self.days) // 10)  # slugs are few a day
        self.events = [charter(self.ctx, day, name) for name in ("Alice", "Bo")]
        self.books = [Book(45000, ["price"]) for _ in self.events]
        self.acts: list[Callable[[], object]] = []
        for which in (0, 1):  # something to correct, or most acts would be refused
            self.take(which, 22500, 0, "check", False, "", "")
            self.take(which, 60000, 1200, "zelle", False, "credit", "")
            self.mark(which, 1, "banked", "")

    def event(self, which: int) -> Event:
        return store.load(self.ctx, self.events[which].exact_ref)

    def key(self) -> str:
        return f"key-{next(self.keys)}"

    def written(self) -> int:
        return sum(self.event(which).entries for which in (0, 1))

    def do(self, death: str, act: Callable[[], object], *, refused: bool = False) -> None:
        """Once and, if the process dies, once more; what is refused changes nothing."""
        before = self.written()
        if death and not refused:
            try:
                with dying(self.ctx.db.client, death):
                    act()
            except Died:
                pass
        try:
            act()
        except (Refused, Invalid):
            assert refused, "refused what is right"
        else:
            assert not refused, "took what is wrong"
            if self.written() > before:  # else its key was not used up
                self.acts.append(act)

    def at(self, which: int, number: int) -> tuple[int, Any]:
        """An entry of an event, and what it is about; mostly one about a sum."""
        rows = self.books[which].rows
        sums = [place for place, row in enumerate(rows) if isinstance(row, Sum)]
        place = sums[number % len(sums)] if number < 8 else number % len(rows)
        return place + 1, rows[place]

    def without(self, which: int, row: Any) -> bool:
        """Whether less would have come in than was given back, if this were not."""
        book = self.books[which]
        if not isinstance(row, Sum) or row.refund or row.method == "booking":
            return False
        return book.refundable - row.cents < min(0, book.refundable)

    @rule(
        which=WHICH,
        cents=CENTS,
        tip=st.sampled_from((0, 0, 1200)),
        method=METHOD,
        more=st.booleans(),
        above=st.sampled_from(("", "tip", "credit", "owed")),
        death=DEATH,
    )
    def pay(
        self, which: int, cents: int, tip: int, method: str, more: bool, above: str, death: str
    ) -> None:
        self.take(which, cents, tip, method, more, above, death)

    def take(
        self, which: int, cents: int, tip: int, method: str, more: bool, above: str, death: str
    ) -> None:
        book, ref = self.books[which], self.events[which].exact_ref
        above = "credit" if method == "booking" else above
        payment = NewPayment(
            "Alice", cents, method, None, self.key(), tip_cents=tip, more_to_come=more, above=above
        )
        self.do(death, lambda: log_payment(self.ctx, ref, payment, MOANA))
        balance = None if book.price is None else max(0, book.price - book.paid)
        beyond = 0 if balance is None else max(0, cents - balance)
        if above == "tip":
            cents, tip = cents - beyond, tip + beyond
        book.last = Sum(cents, tip, method, more)
        book.add(book.last)
        if above == "owed" and beyond:
            book.add(Sum(beyond, 0, method, refund=True))

    @rule(which=WHICH, number=NUMBER, anew=st.none() | CENTS, death=DEATH)
    def void(self, which: int, number: int, anew: int | None, death: str) -> None:
        book, ref = self.books[which], self.events[which].exact_ref
        number, row = self.at(which, number)
        payment = NewPayment("Alice", anew, "cash") if anew else None
        once = Once(self.key())
        if isinstance(row, Sum):
            refused = row.gone or row.state == "bounced"
            left = book.refundable - (row.cents if row.method != "booking" else 0) + (anew or 0)
            if not row.refund:
                refused = refused or left < min(0, book.refundable)
        else:
            refused = not isinstance(row, Said) or row.voided or row.kind == "keep"
        self.do(
            death,
            lambda: void(self.ctx, ref, number, "Mistyped", payment, once, MOANA),
            refused=refused,
        )
        if refused:
            return
        if isinstance(row, Sum):
            row.gone = True
        else:
            row.voided = True
        book.add("void")
        if row is book.last:
            book.last = None
        if anew:
            book.last = Sum(anew, 0, "cash")
            book.add(book.last)

    @rule(which=WHICH, number=NUMBER, death=DEATH)
    def move(self, which: int, number: int, death: str) -> None:
        number, row = self.at(which, number)
        ref, other = (self.events[w].exact_ref for w in (which, 1 - which))
        once = Once(self.key())
        money_here = isinstance(row, Sum) and not row.refund and row.counts
        refused = not money_here or self.without(which, row)
        self.do(
            death,
            lambda: move(self.ctx, ref, number, other, "Wrong", once, MOANA),
            refused=refused,
        )
        if refused:
            return
        row.gone = True
        began = row.state if row.method in CHECKED else "received"
        self.books[1 - which].add(Sum(row.cents, row.tip_cents, row.method, began=began))
        self.books[which].add("moved_out")
        if row is self.books[which].last:
            self.books[which].last = None

    @rule(which=WHICH, number=NUMBER, kind=st.sampled_from(("deposited", "banked")), death=DEATH)
    def mark(self, which: int, number: int, kind: str, death: str) -> None:
        number, row = self.at(which, number)
        place = Place(str(self.events[which].exact_ref), number)
        marks = Marks(kind, [place], self.ctx.today(), self.key())
        self.do(death, lambda: mark(self.ctx, marks, MOANA))
        if self.may_be(row, kind):
            row.marks.append(Said(kind))
            self.books[which].add(row.marks[-1])

    @rule(which=WHICH, number=NUMBER, fee=st.sampled_from((0, 2500)), death=DEATH)
    def bounce(self, which: int, number: int, fee: int, death: str) -> None:
        book = self.books[which]
        number, row = self.at(which, number)
        told = Bounce(
            number, self.ctx.today(), "No funds", fee, self.key(), self.event(which).money_seen
        )
        refused = not self.may_be(row, "bounced") or bool(fee and book.price is None)
        ref = self.events[which].exact_ref
        self.do(death, lambda: bounce(self.ctx, ref, told, MOANA), refused=refused)
        if refused:
            return
        row.marks.append(Said("bounced"))
        book.add(row.marks[-1])
        if fee:
            book.price = (book.price or 0) + fee
            book.add("price")

    @staticmethod
    def may_be(row: Any, kind: str) -> bool:
        if not isinstance(row, Sum) or row.refund or not row.counts or row.method not in CHECKED:
            return False
        if kind == "deposited" and row.method != "check":
            return False
        return kind in STEPS.get(row.state, ("bounced",))

    @rule(
        which=WHICH,
        cents=CENTS,
        method=OURS,
        sent=st.booleans(),
        price_too=st.booleans(),
        death=DEATH,
    )
    def refund(
        self, which: int, cents: int, method: str, sent: bool, price_too: bool, death: str
    ) -> None:
        book, ref = self.books[which], self.events[which].exact_ref
        wanted = Refund(
            cents, method, "Alice", self.ctx.today(), "Fog", sent=sent, price_too=price_too
        )
        once = Once(self.key())
        refused = cents > book.refundable
        self.do(death, lambda: refund(self.ctx, ref, wanted, once, MOANA), refused=refused)
        if refused:
            return
        row = Sum(cents, 0, "cash", refund=True)
        row.method = method
        book.add(row)
        if sent:
            row.marks.append(Said("sent"))
            book.add(row.marks[-1])
        if price_too and book.price is not None:
            book.price = max(0, book.price - cents)
            book.add("price")

    @rule(which=WHICH, number=NUMBER, death=DEATH)
    def send(self, which: int, number: int, death: str) -> None:
        number, row = self.at(which, number)
        ref, once = self.events[which].exact_ref, Once(self.key())
        refused = not (isinstance(row, Sum) and row.refund and row.waits)
        method = "cash" if refused else row.method
        self.do(
            death,
            lambda: mark_sent(self.ctx, ref, number, self.ctx.today(), method, "", once, MOANA),
            refused=refused,
        )
        if not refused:
            row.marks.append(Said("sent"))
            self.books[which].add(row.marks[-1])

    @rule(which=WHICH, cents=st.none() | CENTS, death=DEATH)
    def price(self, which: int, cents: int | None, death: str) -> None:
        book, ref = self.books[which], self.events[which].exact_ref
        lines = {"charter": cents} if cents else {}
        key, seen = self.key(), self.event(which).money_seen
        before = self.event(which).entries
        self.do(
            death,
            lambda: change_price(self.ctx, ref, Price(lines, "By phone"), key, seen, MOANA),
        )
        if self.event(which).entries > before:
            book.add("price")
        else:
            assert book.price == cents
        book.price = cents

    @rule(
        which=WHICH,
        ended=st.sampled_from(("sailed", "weather", "patron")),
        answer=st.sampled_from(("", "give_back", "keep", "hold", "move", "there")),
        death=DEATH,
    )
    def end(self, which: int, ended: str, answer: str, death: str) -> None:
        book, ref = self.books[which], self.events[which].exact_ref
        once = Once(self.key())
        self.do(death, lambda: end_event(self.ctx, ref, ended, answer, "Fog", once, MOANA))
        if answer == "give_back" and book.refundable > 0:
            ours = [s for s in book.sums if s.counts and not s.refund and s.method != "booking"]
            book.add(Sum(book.refundable, 0, ours[-1].method, refund=True))
        if answer == "there":
            for booked in [s for s in book.sums if s.counts and s.method == "booking"]:
                booked.gone = True
                book.add("void")
                book.last = None if booked is book.last else book.last
        if answer in ("keep", "hold") and book.answer != answer:
            if answer == "keep":
                book.price = book.paid
            book.add(Said(answer))

    @rule(which=WHICH, guests=st.integers(1, 6))
    def edit(self, which: int, guests: int) -> None:
        """What is no money leaves the money alone."""
        event = self.event(which)
        start = event.local_start(self.ctx.settings.timezone)
        assert start
        details = Details("Alice", "Alice Nakamura", start.date(), "sunset", guests=guests)
        change_event(self.ctx, event.exact_ref, details, event.version, MOANA)

    @rule(number=NUMBER)
    def send_again(self, number: int) -> None:
        if self.acts:
            self.acts[number % len(self.acts)]()

    @invariant()
    def the_events_say_what_is_true(self) -> None:
        for which, book in enumerate(getattr(self, "books", [])):
            event = self.event(which)
            standing = event.standing
            assert standing.price_cents == book.price
            assert (standing.paid_cents, event.paid_cents) == (book.paid, book.paid)
            assert standing.refundable_cents == book.refundable
            assert (standing.settled, event.settled) == (book.settled, book.settled)
            assert standing.answer == book.answer
            assert sorted((p.state, p.cents, p.method) for p in standing.pending) == book.pending
            assert event.entries == len(book.rows) == len(entries(self.ctx, event.exact_ref))
            assert ("matter" in event.item) == event.has_matter
            last = event.last_payment
            assert (last and last.method) == (book.last and book.last.method)


def run(ctx: Context, *, runs: int, steps: int, seeded: bool = True) -> None:
    """Raises what the first run found that went another way than the model."""
    run_state_machine_as_test(
        lambda: type("Here", (Office,), {"ctx": ctx})(),
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=seeded,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )

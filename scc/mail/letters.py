"""Every letter that SCC writes, one function each. Pure.

Its words are in templates/mail/<kind>/{subject.txt,body.txt,body.html}. What a function is given
is words and amounts, ready to be read: the rooms above know what they come from. Amounts are US
cents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from scc.mail.model import OFFICE, UNDO, Letter
from scc.parse import money


@dataclass(frozen=True)
class Sail:
    """What letters say of one charter."""

    about: str
    """The partition of its ledger."""
    to: str
    """The patron's address; empty: there is none that mail can go to."""
    first_name: str
    patron: str
    when: str
    """`Saturday 23 May at 6:30 pm`, `Saturday 23 May`, or nothing where no date is known."""
    page: str
    """Its page for staff."""
    waiver: str
    """The page that guests open."""
    dock: str = ""
    """Where it leaves from, by its id in the settings."""


@dataclass(frozen=True)
class Account:
    """How the money of a charter stands, in cents."""

    price: int | None
    paid: int
    settled: bool

    @property
    def balance(self) -> int:
        """What is still to come; 0 where nothing is, or nobody knows."""
        return 0 if self.settled or self.price is None else max(0, self.price - self.paid)


@dataclass(frozen=True)
class Paid:
    """One payment. `what` is the money as its payer has it: `your check for $450`."""

    what: str
    cents: int
    tip_cents: int
    method: str
    """By its name in the ledger, such as `check`."""


# To the patron


def receipt(sail: Sail, paid: Paid, account: Account, owed: int, key: str, by: str) -> Letter:
    """We have your money. It waits two minutes, so that Undo takes it along.

    `owed`: cents that came above the balance and go back. `key`: the payment's id.
    """
    values = {
        **_sail(sail),
        **_account(account),
        "what": paid.what,
        "tip": money(paid.tip_cents) if paid.tip_cents and paid.cents else "",
        "is_check": paid.method == "check",
        "owed": money(owed) if owed else "",
    }
    return Letter("receipt", sail.to, sail.about, key, values, wait=UNDO, by=by)


def correction(
    sail: Sail, what: str, why: str, key: str, by: str, after: str, right: Letter | None = None
) -> Letter:
    """What we wrote of `what` is not so. It follows only where that letter left.

    `why`: `mistake` (it was logged wrongly), `other_sail`, or `returned` by the bank. `right`: the
    receipt of what was logged in its place.
    """
    values = {
        **_sail(sail),
        "what": what,
        "why": why,
        "right": right.values["what"] if right else "",
        "settled": bool(right and right.values["settled"]),
        "balance": right.values["balance"] if right else "",
    }
    return Letter(
        "correction", sail.to, sail.about, key, values, UNDO, by, after=after, instead=right
    )


def refund(sail: Sail, cents: int, how: str, sent: bool, key: str, by: str, after: str) -> Letter:
    """We give money back. `how`: `by Zelle`. It follows only where a receipt left."""
    values = {**_sail(sail), "amount": money(cents), "how": how, "sent": sent}
    return Letter("refund", sail.to, sail.about, key, values, UNDO, by, after=after)


def your_sail(sail: Sail, account: Account, key: str, by: str) -> Letter:
    """All that somebody needs before they come aboard."""
    values = {**_sail(sail), **_account(account)}
    return Letter("your_sail", sail.to, sail.about, key, values, by=by)


def moved(sail: Sail, was: str, key: str, by: str, from_: str = "") -> Letter:
    """The sail is at another time, or leaves from another dock.

    `was`: when it was to be before; `from_`: the dock's name, where it is another one.
    """
    values = {**_sail(sail), "was": was, "from_": from_}
    return Letter("moved", sail.to, sail.about, key, values, UNDO, by)


def cancelled(sail: Sail, ended: str, answer: str, amount: str, key: str, by: str) -> Letter:
    """The sail is off. `ended`: why, by its name (`weather`); `answer`: what becomes of `amount`
    (`give_back`, `keep`, `hold`, `move`), or nothing where that is open."""
    values = {**_sail(sail), "ended": ended, "answer": answer, "amount": amount}
    return Letter("cancelled", sail.to, sail.about, key, values, UNDO, by)


def reinstated(sail: Sail, key: str, by: str, after: str) -> Letter:
    """It is on after all. It follows only where the letter left that it was off."""
    return Letter("reinstated", sail.to, sail.about, key, _sail(sail), UNDO, by, after=after)


@dataclass(frozen=True)
class News:
    """What a weather call made of one sail, in words. `what`: `hold`, `move`, `cancel` or `go`."""

    what: str
    when: str
    """As it is now."""
    was: str
    until: str
    amount: str
    """Paid for a sail that is off; nothing where nothing was."""
    patron: str


def held(sail: Sail, until: str, reason: str, key: str, by: str) -> Letter:
    """The weather is not sure yet: wait, we decide at an hour."""
    values = {**_sail(sail), "until": until, "reason": reason}
    return Letter("held", sail.to, sail.about, key, values, UNDO, by)


def lifted(sail: Sail, key: str, by: str) -> Letter:
    """The hold is over: it sails as planned."""
    return Letter("lifted", sail.to, sail.about, key, _sail(sail), UNDO, by)


def weather(sail: Sail, news: list[News], reason: str, key: str, by: str) -> Letter:
    """What becomes of several sails of one patron, in one letter; `sail`: the first of them."""
    told = [dict(vars(one)) for one in news]
    values = {**_sail(sail), "news": told, "reason": reason}
    return Letter("weather", sail.to, sail.about, key, values, UNDO, by)


def weather_crew(sail: Sail, news: list[News], reason: str, key: str, by: str) -> Letter:
    """What becomes of the sails that somebody is on. `sail`: about the first, to them."""
    told = [dict(vars(one)) for one in news]
    values = {"first_name": sail.first_name, "news": told, "reason": reason}
    return Letter("weather_crew", sail.to, sail.about, key, values, UNDO, by)


# To guests


def waiver_copy(
    to: str, about: str, name: str, when: str, page: str, language: str, key: str
) -> Letter:
    """What you signed. `page`: the copy's address, which ends; `language`: `en` or `es`."""
    values = {"first_name": name, "when": when, "page": page, "language": language}
    return Letter("waiver_copy", to, about, key, values)


def waiver_reminder(
    to: str, sail: Sail, name: str, missing: int, again: bool, key: str, by: str
) -> Letter:
    """Sign before you come. `missing`: of the whole party; `again`: they signed another text."""
    values = {
        "first_name": name,
        "when": sail.when,
        "waiver": sail.waiver,
        "missing": missing,
        "again": again,
    }
    return Letter("waiver_reminder", to, sail.about, key, values, by=by)


# To the crew


@dataclass(frozen=True)
class Duty:
    """What letters say to one of the crew about one sail."""

    about: str
    to: str
    first_name: str
    position: str
    """`captain`, or `mate or deckhand`."""
    day: str
    """`Sat 23 May`."""
    when: str
    """`Saturday 23 May: be at Harbor Island at 5:45 pm, sail at 6:30 pm`."""
    party: str
    """How many guests, as recorded."""
    page: str
    """Where they answer: their own link, for this sail only."""


def crew_ask(
    duty: Duty, was: str, deadline: str, reminder: bool, key: str, by: str, wait: timedelta
) -> Letter:
    """Can you come? `was`: what they had agreed to before it changed; `deadline`: until when an
    answer is asked for; `wait`: so that it leaves by day."""
    values = {**_duty(duty), "was": was, "deadline": deadline, "reminder": reminder}
    return Letter("crew_ask", duty.to, duty.about, key, values, wait, by)


def crew_told(duty: Duty, what: str, reason: str, key: str, by: str, wait: timedelta) -> Letter:
    """You are `on`, or not needed: `off`, `taken` by somebody else, `cancelled`."""
    values = {**_duty(duty), "what": what, "reason": reason}
    return Letter("crew_told", duty.to, duty.about, key, values, wait, by)


def _duty(duty: Duty) -> Mapping[str, Any]:
    names = ("first_name", "position", "day", "when", "party", "page")
    return {name: getattr(duty, name) for name in names}


# To the staff


def sign_in(to: str, first_name: str, name: str, code: str, lasts: str, set_up: bool) -> Letter:
    """A way in: a link by its `name`, and a code by its own, or none. Neither stands in the values.

    `lasts`: how long, in words; `set_up`: it leads an admin to a password first.
    """
    values = {
        "first_name": first_name,
        "name": name,
        "code_name": code,
        "lasts": lasts,
        "set_up": set_up,
    }
    return Letter("sign_in", to, OFFICE, name, values)


# To the owner


def owner_crew(owner: str, sail: Sail, words: str, key: str, by: str) -> Letter:
    """Somebody who was on can't come; `words`: `Kim can’t come as captain`."""
    return Letter("owner_crew", owner, sail.about, key, {**_sail(sail), "words": words}, by=by)


def owner_morning(to: str, day: str, sails: list[dict[str, Any]], key: str) -> Letter:
    """The day's sails that are not ready. `sails`: `name`, `when`, `page` and `lacks`, a list of
    sentences, of each."""
    return Letter("owner_morning", to, OFFICE, key, {"day": day, "sails": sails})


def owner_payment(
    owner: str, sail: Sail, words: str, account: Account, key: str, by: str
) -> Letter:
    """Money was logged; `words`: `$450 by check from Alice`."""
    values = {**_sail(sail), **_account(account), "words": words, "by": by}
    return Letter("owner_payment", owner, sail.about, key, values, wait=UNDO, by=by)


def owner_close(
    owner: str, number: int, total: int, counts: list[dict[str, str]], page: str, by: str
) -> Letter:
    """The money was counted. `counts`: `label`, `expected`, `counted`, `reason` of each."""
    values = {
        "number": number,
        "total": money(total),
        "counts": counts,
        "differs": any(one["reason"] for one in counts),
        "page": page,
        "by": by,
    }
    return Letter("owner_close", owner, OFFICE, f"{number}", values, by=by)


def owner_anchor(owner: str, day: str, rows: int, hash_: str) -> Letter:
    """The day's hash, to be kept where nobody of the office can change it."""
    values = {"day": day, "rows": rows, "hash": hash_}
    return Letter("owner_anchor", owner, OFFICE, day, values)


def owner_alarm(owner: str, reason: str, key: str) -> Letter:
    """A way that mail takes is closed until somebody does something."""
    return Letter("owner_alarm", owner, OFFICE, key, {"reason": reason})


def owner_release(
    owner: str,
    version: str,
    stage: str,
    news: list[str],
    passed: list[str],
    way_back: str,
    by: str,
) -> Letter:
    """What is new in a release, what was looked at from outside, and the command that goes back."""
    values = {
        "version": version,
        "stage": stage,
        "news": news,
        "passed": passed,
        "way_back": way_back,
        "by": by,
    }
    return Letter("owner_release", owner, OFFICE, version, values, by=by)


def _sail(sail: Sail) -> Mapping[str, Any]:
    return {
        "first_name": sail.first_name,
        "patron": sail.patron,
        "when": sail.when,
        "page": sail.page,
        "waiver": sail.waiver,
        "dock": sail.dock,
    }


def _account(account: Account) -> Mapping[str, Any]:
    return {
        "price": "" if account.price is None else money(account.price),
        "paid": money(account.paid) if account.paid else "",
        "balance": money(account.balance) if account.balance else "",
        "settled": account.settled,
    }


# What the page of previews shows

_SAMPLE_SAIL = Sail(
    about="event#sample#1",
    to="alice@example.com",
    first_name="Alice",
    patron="Alice Moreno",
    when="Saturday 23 May at 6:30 pm",
    page="/scc/events/2026-05-23-alice-sunset",
    waiver="/g/2026-05-23-alice-sunset/waiver",
)
_SAMPLE_CHECK = Paid("your check for $450", 45000, 0, "check")
_SAMPLE_ACCOUNT = Account(price=60000, paid=45000, settled=False)
_SAMPLE_DUTY = Duty(
    about="event#sample#1",
    to="alice@example.com",
    first_name="Alice",
    position="mate",
    day="Sat 23 May",
    when="Saturday 23 May: be at Harbor Island at 5:45 pm, sail at 6:30 pm",
    party="8",
    page="/scc/crew/answer/2026-05-23-alice-sunset~1/p/x",
)
_SAMPLE_COUNTS = [
    {"label": "Cash", "expected": "$320", "counted": "$300", "reason": "Ice for the cooler"},
    {"label": "Check", "expected": "$450", "counted": "$450", "reason": ""},
]

_SAMPLE_NEWS = [
    News("cancel", "Saturday 23 May at 2:00 pm", "", "", "$450", "Alice Moreno"),
    News("move", "Sunday 24 May at 6:30 pm", _SAMPLE_SAIL.when, "", "", "Alice Moreno"),
    News("hold", _SAMPLE_SAIL.when, "", "3:00 pm", "", "Alice Moreno"),
]


def samples() -> dict[str, Letter]:
    """Each letter with made-up values, by what it is called."""
    sail, by = _SAMPLE_SAIL, "Moana"
    right = receipt(
        sail, Paid("your check for $405", 40500, 0, "check"), _SAMPLE_ACCOUNT, 0, "", by
    )
    paid_off = Account(price=60000, paid=60000, settled=True)
    cash = Paid("your $600 in cash", 60000, 5000, "cash")
    owner = "owner@example.com"
    return {
        "Receipt": receipt(sail, _SAMPLE_CHECK, _SAMPLE_ACCOUNT, 0, "", by),
        "Receipt, paid in full with a tip": receipt(sail, cash, paid_off, 5000, "", by),
        "Correction": correction(sail, _SAMPLE_CHECK.what, "mistake", "", by, "x", right),
        "Correction, nothing in its place": correction(
            sail, "your $600 in cash", "other_sail", "", by, "x"
        ),
        "Check returned by the bank": correction(sail, _SAMPLE_CHECK.what, "returned", "", by, "x"),
        "Refund": refund(sail, 20000, "by Zelle", False, "", by, "x"),
        "Your sail": your_sail(sail, _SAMPLE_ACCOUNT, "", by),
        "Moved": moved(sail, "Friday 22 May at 6:30 pm", "", by),
        "Moved to another dock": moved(sail, sail.when, "", by, "Harbor Island, slip B"),
        "Cancelled": cancelled(sail, "weather", "give_back", "$450", "", by),
        "On after all": reinstated(sail, "", by, "x"),
        "On hold for the weather": held(sail, "3:00 pm", "Small-craft warning", "", by),
        "The hold is over": lifted(sail, "", by),
        "The weather, of several sails": weather(sail, _SAMPLE_NEWS, "Small-craft warning", "", by),
        "The weather, to the crew": weather_crew(sail, _SAMPLE_NEWS, "", "", by),
        "Waiver, the signer’s copy": waiver_copy(
            sail.to, sail.about, "Alice", sail.when, "/g/2026-05-23-alice-sunset/signed/x", "en", ""
        ),
        "Waiver, the copy in Spanish": waiver_copy(
            sail.to, sail.about, "Alice", sail.when, "/g/2026-05-23-alice-sunset/signed/x", "es", ""
        ),
        "Waivers are missing": waiver_reminder(sail.to, sail, "Alice", 3, False, "", by),
        "Waiver to sign again": waiver_reminder(sail.to, sail, "Alice", 3, True, "", by),
        **_crew_samples(),
        "To the owner: somebody can’t come": owner_crew(
            owner, sail, "Kim can’t come as captain", "", "Kim"
        ),
        "To the owner: not ready to sail": owner_morning(
            owner,
            "Saturday 23 May",
            [
                {
                    "name": "Alice Moreno",
                    "when": "6:30 pm",
                    "page": sail.page,
                    "lacks": ["No captain has said yes", "3 waivers are missing"],
                }
            ],
            "",
        ),
        "To the crew: a way in": sign_in(sail.to, "Alice", "sample", "sample", "30 minutes", False),
        "To an admin: a way in": sign_in(sail.to, "Alice", "sample", "", "3 days", True),
        "To the owner: a payment": owner_payment(
            owner, sail, "$450 by check from Alice Moreno", _SAMPLE_ACCOUNT, "", by
        ),
        "To the owner: a close": owner_close(owner, 12, 75000, _SAMPLE_COUNTS, "/scc/close/12", by),
        "To the owner: the day’s anchor": owner_anchor(owner, "2026-05-23", 41, "9f2c" * 16),
        "To the owner: a way is closed": owner_alarm(
            owner, "Google refuses GMAIL_TOKEN (invalid_grant)", ""
        ),
        "To the owner: a release": owner_release(
            owner,
            "2026-05-23.1",
            "production",
            ["Letters say what became of them.", "A check that comes back is told to its payer."],
            ["an admin signs in", "a waiver’s link reaches the app"],
            "flask --app wsgi release rollback production",
            by,
        ),
    }


def _crew_samples() -> dict[str, Letter]:
    duty, by, at_once = _SAMPLE_DUTY, "Moana", timedelta()
    was = "Saturday 23 May: be at Harbor Island at 4:45 pm, sail at 5:30 pm"
    until = "Friday 22 May, 6:00 pm"
    return {
        "To the crew: can you come?": crew_ask(duty, "", until, False, "", by, at_once),
        "To the crew: it changed": crew_ask(duty, was, until, False, "", by, at_once),
        "To the crew: you are on": crew_told(duty, "on", "", "", by, at_once),
        "To the crew: not needed": crew_told(duty, "taken", "", "", by, at_once),
        "To the crew: taken off": crew_told(duty, "off", "We need a host more", "", by, at_once),
        "To the crew: cancelled": crew_told(duty, "cancelled", "", "", by, at_once),
    }

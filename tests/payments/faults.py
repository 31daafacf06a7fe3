"""Ten faults of the kind that somebody makes, planted to see that the model of R14 tells."""

import dataclasses
from collections.abc import Callable
from typing import Any

from pytest import MonkeyPatch

from scc.audit import store as audit
from scc.corrections import service as corrections
from scc.ledger import model
from scc.ledger.methods import Method, method_named
from scc.ledger.model import Entry, Reading, Standing
from scc.payments.model import NewPayment
from scc.payments.writing import new_id

_reading, _with, _use_key = model.reading, model._with, audit.use_key


def _no_voids(entries: Any) -> Reading:
    return Reading(frozenset(), _reading(entries).marks)


def _counts_though(gone: str) -> Callable[[Reading, Entry], bool]:
    def counts(self: Reading, entry: Entry) -> bool:
        mark = self.marks.get(entry.number)
        return entry.number not in self.voided and (mark is None or mark.kind != gone)

    return counts


def _refunds_take_nothing(standing: Standing, entry: Entry, mark: Entry | None = None) -> Standing:
    now = _with(standing, entry, mark)
    return dataclasses.replace(now, paid_cents=standing.paid_cents) if _is_refund(entry) else now


def _tips_count(standing: Standing, entry: Entry, mark: Entry | None = None) -> Standing:
    now = _with(standing, entry, mark)
    return dataclasses.replace(now, paid_cents=now.paid_cents + entry.tip_cents)


def _sent_stays_owed(standing: Standing, entry: Entry, mark: Entry | None = None) -> Standing:
    return _with(standing, entry, None if _is_refund(entry) else mark)


def _as_ours(name: str) -> Method:
    return dataclasses.replace(method_named(name), ours=True)


def _is_refund(entry: Entry) -> bool:
    return entry.kind == "refund"


def _another_key(ctx: Any, key: str, *told: Any, **fields: Any) -> Any:
    return _use_key(ctx, new_id(), *told, **fields)


FAULTS: dict[str, tuple[object, str, object]] = {
    "a void takes nothing back": (model, "reading", _no_voids),
    "what bounced still counts": (Reading, "counts", _counts_though("moved_out")),
    "what was moved still counts": (Reading, "counts", _counts_though("bounced")),
    "a refund takes nothing off": (model, "_with", _refunds_take_nothing),
    "a tip counts as paid": (model, "_with", _tips_count),
    "a refund that was sent stays owed": (model, "_with", _sent_stays_owed),
    "a key can be used again": (audit, "use_key", _another_key),
    "what the bank has is forgotten by a move": (corrections, "state_of", lambda *_: ""),
    "what is owed back at once is forgotten": (
        *(NewPayment, "split"),
        lambda self, _: (self.cents, self.tip_cents, 0),
    ),
    "the booking system's money is given back here": (model, "method_named", _as_ours),
}


def plant(patch: MonkeyPatch, name: str) -> None:
    target, attribute, wrong = FAULTS[name]
    patch.setattr(target, attribute, wrong)

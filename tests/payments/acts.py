"""What people do with money, as the tests do it: by the services."""

import secrets
from datetime import timedelta
from typing import Any

from scc.audit.model import Actor, Origin
from scc.context import Context
from scc.events import store
from scc.events.model import Event, Ref
from scc.payments import service
from scc.payments.model import NewPayment, Price

MOANA = Origin(Actor("admin", "0123456789ab", "Moana"), "203.0.113.7", "request-1")
LATER = timedelta(minutes=2, seconds=1)
"""When an equal payment without a key is a second one."""


def pay(ctx: Context, ref: Ref, dollars: float = 450, **fields: Any) -> Event:
    """A payment as the form logs it, with a key of its own unless one is given."""
    given = {"payer": "Alice Moreno", "method": "zelle", "key": secrets.token_hex(16)} | fields
    payment = NewPayment(cents=round(dollars * 100), **given)
    return service.log_payment(ctx, ref, payment, MOANA).event


def price(ctx: Context, ref: Ref, dollars: float | None) -> Event:
    """The event with another price; None: with none."""
    seen = store.load(ctx, ref).money_seen
    lines = {} if dollars is None else {"charter": round(dollars * 100)}
    wanted = Price(lines, "agreed by phone")
    return service.change_price(ctx, ref, wanted, secrets.token_hex(16), seen, MOANA)

"""What people say of received money, by the services."""

from typing import Any

from scc.banking.service import Bounce, bounce
from scc.context import Context
from scc.events import store
from scc.events.model import Event
from scc.payments.writing import Done
from tests.payments.acts import MOANA


def bounced(ctx: Context, event: Event, number: int = 2, **fields: Any) -> Done:
    """The payment with that number came back today."""
    given: dict[str, Any] = {"reason": "no funds", "fee_cents": 0, "key": f"b-{event.slug}"}
    seen = store.load(ctx, event.exact_ref).money_seen
    told = Bounce(number, ctx.today(), seen=seen, **(given | fields))
    return bounce(ctx, event.exact_ref, told, MOANA)

"""What of the events' money waits for somebody."""

from scc.banking.model import Matters, sorted_out
from scc.context import Context
from scc.events import store as events


def matters(ctx: Context) -> Matters:
    """One query on the sparse index; what it finds is read again from the table, since it lags."""
    found = events.as_they_are(ctx, events.with_matters(ctx))
    return sorted_out(found, ctx.today())

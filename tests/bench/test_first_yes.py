"""64 people press *yes* for one position at once: one has it, 63 are told so."""

from urllib.parse import urlencode

import pytest

from scc.context import Context
from scc.crew.plan import plan_of
from tests.crew.acts import as_it_is, asked, link, on, person, sail_to_come
from tests.page import PageClient
from tests.wire import at_once, send

pytestmark = pytest.mark.timeout(900)

PEOPLE = 64


def test_one_has_it_and_63_are_told_so(ctx: Context, client: PageClient, live_server: str) -> None:
    event = sail_to_come(ctx)
    crew = [person(ctx, f"Sailor {n}") for n in range(PEOPLE)]
    for some in (crew[:32], crew[32:]):
        asked(ctx, event, *some)
    seen = plan_of(ctx, as_it_is(ctx, event)).terms.mark
    body = urlencode({"answer": "captain", "seen": seen}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    waiting = [link(ctx, event, one) for one in crew]
    again = 0
    while waiting:  # on a busy machine some get no answer in their ten seconds, and press again
        taps = [lambda path=path: send(live_server, path, body, headers) for path in waiting]
        answers = list(zip(waiting, at_once(taps), strict=True))
        assert {answer.status for _, answer in answers} <= {303, 503}
        waiting = [path for path, answer in answers if answer.status == 503]
        again += len(waiting)
    print(f"{again} of {PEOPLE} pressed again")

    headings = [client.see(link(ctx, event, one)).heading for one in crew]
    assert sorted(headings) == sorted(["You are on as captain", *["Somebody was quicker"] * 63])
    assert len(on(ctx, event)) == 1

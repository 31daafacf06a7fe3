"""R2: a token that is made, or ended, over a broken wire."""

from collections import Counter

from scc.context import Context
from scc.tokens import service, store
from tests.given import ORIGIN
from tests.lost import BRIEF_CASES, BrokenWire, assert_honest, slug_of
from tests.page import PageClient
from tests.wire import Browser


def test_one_is_made_and_none_is_called_unmade(
    ctx: Context, admin: PageClient, wire: BrokenWire
) -> None:
    """A secret is shown once: where its answer was lost, the form says that there is a token."""
    browser = Browser(admin, wire.address)

    answers = wire.send(
        {fault: browser.filled("/scc/tokens", name=slug_of(fault)) for fault in BRIEF_CASES}
    )

    made = Counter(token.name for token in store.all_tokens(ctx))
    assert made == Counter(map(slug_of, BRIEF_CASES))
    for fault, (first, second) in answers.items():
        assert first.seconds < 11, fault
        unknown = first.status == 503 and b"Pressing again is safe" in first.body
        assert first.status == 200 or unknown, (fault, first.status)
        its_own = second.status == 422 and b"it has made its token" in second.body
        assert second.status == 200 or its_own, (fault, second.status)
        assert (first.status, second.status).count(200) <= 1, fault


def test_one_is_ended(ctx: Context, admin: PageClient, wire: BrokenWire) -> None:
    browser = Browser(admin, wire.address)
    csrf = {"csrf_token": browser.form("/scc/tokens")["csrf_token"]}
    made = {
        fault: service.make_token(ctx, slug_of(fault), f"k-{slug_of(fault)}", ORIGIN)[0]
        for fault in BRIEF_CASES
    }

    answers = wire.send(
        {
            fault: lambda id_=token.id: browser.post(f"/scc/tokens/{id_}/revoke", csrf)
            for fault, token in made.items()
        }
    )

    assert_honest(answers, good=303)
    assert all(token.revoked_at for token in store.all_tokens(ctx))

"""After signing in, a browser is led to a page of ours and nowhere else."""

import pytest

from scc.context import Context
from tests.emulator import PASSWORD
from tests.older import OlderTool
from tests.page import PageClient

ELSEWHERE = [
    "//evil.example",
    "//evil.example/scc/",
    "/\\evil.example",
    "\\\\evil.example/scc/",
    "/\t/evil.example",
    "https://evil.example/scc/",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/sccc/",
    "/sccx",
    "/api/events",
    "/scc/../g/x/waiver",
    "/scc/..",
    "/scc/./../../_staging/scc/",
    "/scc/%2e%2e/%2e%2e/x",
    "/scc/.%2E/x",
    "/scc/\\..\\..\\evil",
    "/scc/..\\x",
    "/scc/%5c..%5cx",
    "/scc/\r\nSet-Cookie: a=b",
    "/scc/\nx",
    "/scc/\x00",
    "/scc/\u2028",
    "/scc/a b",
    "/scc/é",
    " /scc/",
    "?x=/scc/",
    "x" * 5000,
]


def signed_in_towards(client: PageClient, place: str) -> str:
    """Where the browser is led that came to the sign-in with this in its address."""
    form = client.see("/scc/sign-in").form("/scc/sign-in")
    answer = form.fill(name="Moana", password=PASSWORD, next=place).submit()
    return answer.headers["Location"]


def test_no_address_leads_elsewhere(client: PageClient) -> None:
    assert {place: signed_in_towards(client, place) for place in ELSEWHERE} == dict.fromkeys(
        ELSEWHERE, "/scc/"
    )


def test_the_theme_leads_nowhere_else_either(admin: PageClient) -> None:
    token = admin.see("/scc/").form("/scc/theme").values["csrf_token"][0]
    forms = [{"back": place, "csrf_token": token} for place in ELSEWHERE]

    assert {admin.post("/scc/theme", data=form).headers["Location"] for form in forms} == {"/scc/"}


def test_what_leads_elsewhere_is_not_even_kept(client: PageClient) -> None:
    pages = [client.get("/scc/sign-in", query_string={"next": place}) for place in ELSEWHERE]

    assert ["evil" in page.get_data(as_text=True) for page in pages] == [False] * len(ELSEWHERE)


@pytest.mark.parametrize(
    "place", ["/scc/", "/scc/events?month=2026-05", "/scc/events/new?date=2026-05-23&x=%C3%A9"]
)
def test_it_leads_to_the_page_that_was_asked_for(client: PageClient, place: str) -> None:
    client.see(place)

    answer = client.page.form("/scc/sign-in").fill(name="Moana", password=PASSWORD).submit()

    assert answer.headers["Location"] == place


def test_it_leads_to_an_irregular_slug_too(client: PageClient, ctx: Context) -> None:
    OlderTool(ctx).has("100% fun? #7/Ünter", patron_name="Odd")
    client.see("/scc/events/100%25%20fun%3F%20%237/%C3%9Cnter")

    client.page.form("/scc/sign-in").fill(name="Moana", password=PASSWORD).submit(
        follow_redirects=True
    )

    assert client.page.heading == "Odd"


def test_a_query_that_is_no_text_is_no_fault(client: PageClient) -> None:
    answer = client.get("/scc/", environ_overrides={"QUERY_STRING": "a=\xff\xfe&b"})

    assert answer.headers["Location"].endswith("next=/scc/?a%3D%25FF%25FE%26b")


class TestStaging:
    @pytest.fixture
    def app_env(self, app_env: dict[str, str]) -> dict[str, str]:
        return app_env | {"SCC_PUBLIC_URL": "https://sail.example/_staging"}

    def test_it_stays_under_the_prefix(self, client: PageClient) -> None:
        client.see("/_staging/scc/events?month=2026-05")

        answer = client.page.form("/scc/sign-in").fill(name="Moana", password=PASSWORD).submit()

        assert answer.headers["Location"] == "/_staging/scc/events?month=2026-05"

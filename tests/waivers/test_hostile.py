"""R11 and R13: no script gets in by what guests type, and nothing they send breaks a page."""

import random
from collections import Counter

import pytest

from scc.context import Context
from scc.events.model import Event
from tests.page import Page, PageClient
from tests.waivers.acts import FILLED, STROKES, at_the_dock, child, party_path, rows, sign_form

LONG = "a" * 30_000
BYTES = ["\xff\xfe", "\xc3", "\xed\xa0\x80", "\x00", "a\x00b", "\x01\x7f", "\r\n", LONG]
"""As WSGI has them: each a Latin-1 character."""
FORMS = 60
MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<!--",
    "]]>",
    "{{ 7*7 }}",
    "{% include 'x' %}",
    "${7*7}",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)",
    "\u202etxt.exe",
    "\u200balert(1)",
    "<iframe src=//evil.example>",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{display:none}</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content=0>",
    "<form action=//evil.example>",
    "<math><mtext><script>",
    "%3Cscript%3E",
    "\\u003cscript\\u003e",
    "<ScRiPt>alert(2)</sCrIpT>",
    "<script/x>alert(1)</script>",
    "`-alert(1)-`",
    "\U0001f600",
    "José Łukasz 李小龍",
    "O’Neil & Sons",
    "a" * 110,
    "<b>bold</b>",
    "--><script>",
    "%{name}",
    "{signed}",
]


@pytest.fixture
def event(ctx: Context) -> Event:
    return at_the_dock(ctx)


def shape(page: Page) -> Counter[str]:
    """How many elements of each kind; what is typed adds none."""
    return Counter(str(element.tag) for element in page.root.iter())


def shapes(client: PageClient, ctx: Context, event: Event, texts: list[str]) -> list[Counter[str]]:
    """The shapes of all pages on which is shown what guests typed: these texts, in every field."""
    path = f"/g/{event.slug}/waiver"
    form = sign_form(client, path, **child(1, "Kim", "2022-01-02")).values
    copies = []
    for n, text in enumerate(texts):
        words = {"name": f"Bo {text}", "typed": f"Bo {text}", "child1-name": f"Kim {text}"}
        words |= {"captain_note": text, "emergency": f"619-555-0134 {text}", "key": f"{n:032}"}
        answer = client.post(path, data=form | words)
        assert answer.status_code == 303, text
        copies.append(answer.headers["Location"])
    pages = [party_path(ctx, event), f"/scc/events/{event.slug}/waivers", *copies]
    return [shape(client.see(page)) for page in pages]


def test_no_element_gets_in_by_what_is_typed(admin: PageClient, ctx: Context) -> None:
    plain = [f"Lind {chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(len(MARKUP))]

    assert len(MARKUP) == 40
    assert shapes(admin, ctx, at_the_dock(ctx, name="Zoe"), MARKUP) == shapes(
        admin, ctx, at_the_dock(ctx), plain
    )


@pytest.mark.parametrize("field", [*FILLED, "phone", "key", "text_seen", "children_shown"])
def test_no_bytes_break_the_form(client: PageClient, event: Event, field: str) -> None:
    path = f"/g/{event.slug}/waiver"
    form = sign_form(client, path).values
    for bad in BYTES:
        body = b"&".join(
            f"{name}=".encode() + (bad.encode("latin-1") if name == field else b"x")
            for name in {*form, field}
        )
        answer = client.post(path, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (422, 413), bad[:20]


def test_nothing_that_is_sent_gets_a_fault(client: PageClient, ctx: Context, event: Event) -> None:
    assert_no_fault(client, ctx, event, FORMS)


def assert_no_fault(client: PageClient, ctx: Context, event: Event, forms: int) -> None:
    """So many forms, put together by chance out of good and bad; tests/bench sends more."""
    chance = random.Random(60)
    path = f"/g/{event.slug}/waiver"
    good = sign_form(client, path, signature=STROKES, **child(1, "Kim", "2020-01-02")).values
    odd = [*BYTES[3:7], *MARKUP, "", "0", "-1", "99999999999999999999", "2026-13-45", "١"]
    odd += ["1." * 2000, "v1.en." + "0" * 64, "M1 1" + "l0 0" * 3000, "9" * 5000]
    statuses = Counter[int]()
    for _ in range(forms):
        values = {name: list(v) for name, v in good.items()}
        for name in chance.sample([*good, "add_child", "child9-name", "x"], chance.randint(1, 4)):
            values[name] = chance.sample(odd, chance.randint(0, 2))
        statuses[client.post(path, data=values).status_code] += 1
    assert statuses.keys() <= {200, 303, 422}
    assert statuses[422] > forms // 2
    assert {row["name"] for row in rows(ctx)} <= {"Bo Lind", "Kim", *MARKUP}


def test_many_fields_are_only_many_fields(client: PageClient, event: Event) -> None:
    many = {f"child{n}-name": "x" for n in range(900)}

    assert client.post(f"/g/{event.slug}/waiver", data=many).status_code in (413, 422)


@pytest.mark.parametrize("agent", ["\xff", "x" * 9000, "\x00", "<script>"])
def test_a_user_agent_is_kept_as_text(
    client: PageClient, ctx: Context, event: Event, agent: str
) -> None:
    form = sign_form(client, f"/g/{event.slug}/waiver")
    form.submit(environ_overrides={"HTTP_USER_AGENT": agent})

    [row] = rows(ctx)
    assert len(row["user_agent"]) <= 400 and row["user_agent"].isprintable()

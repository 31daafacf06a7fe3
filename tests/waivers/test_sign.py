"""Signing: who may, what is kept of it, and that it is kept once."""

import secrets
from datetime import UTC, date, datetime, time, timedelta

import pytest
from icalendar import Calendar

from scc.audit.model import seal_holds
from scc.audit.proof import touched
from scc.context import Context
from scc.events.model import Event
from scc.events.service import Details, change_event
from scc.tables import LEDGER
from tests.emulator import Clock
from tests.given import ORIGIN, cancelled
from tests.hooks import calls, without_conditions
from tests.page import PageClient
from tests.waivers.acts import (
    STROKES,
    at_the_dock,
    child,
    names,
    party_path,
    posted,
    publish,
    rows,
    sign_form,
    signed,
)
from tests.wire import at_once

SVG = "{http://www.w3.org/2000/svg}"
NOON = datetime(2026, 5, 23, 19, tzinfo=UTC)
TWO = child(1, "Kim Lind", "2015-01-02") | child(2, "Max Lind", "2019-03-04", "guardian")


@pytest.fixture
def clock() -> Clock:
    return Clock(fixed=NOON)


@pytest.fixture
def event(ctx: Context) -> Event:
    return at_the_dock(ctx)


@pytest.fixture
def path(event: Event) -> str:
    return f"/g/{event.slug}/waiver"


def refusals(client: PageClient, path: str, **filled: str | None) -> dict[str, str]:
    """What is wrong with a form that is sent, by field."""
    answer = sign_form(client, path, **filled).submit()
    assert answer.status_code == 422
    links = client.page.all(".//div[@class='summary']//a")
    return {a.get("href", "")[1:].removesuffix("-0"): a.text or "" for a in links}


# What is kept


def test_the_text_stands_in_full_with_its_version(client: PageClient, path: str) -> None:
    page = client.see(path)

    assert "I know that sailing has risks." in page.text
    assert "Version 1 of this text" in page.text


def test_a_guest_signs_and_gets_their_copy(client: PageClient, ctx: Context, path: str) -> None:
    answer = sign_form(client, path).submit()

    assert (answer.status_code, names(ctx)) == (303, ["Bo Lind"])
    assert client.see(answer.headers["Location"]).heading == "Signed. Thank you, Bo!"


def test_the_record_is_whole_by_itself(client: PageClient, ctx: Context, path: str) -> None:
    form = sign_form(client, path, signature=STROKES, phone="619-555-0101", captain_note="Asthma")
    form.fill(signed_at="2026-05-23T18:59:58.123Z", phone_zone="America/New_York")
    form.submit(headers={"User-Agent": "A phone/1.0"}, environ_base={"REMOTE_ADDR": "192.0.2.9"})

    [record] = rows(ctx)
    assert record["text"] == "<p>I know that <em>sailing</em> has risks.</p>"
    assert record["text_version"] == 1
    assert set(record["consents"]) == {"agree", "electronic"}
    assert record["signature"] == {"drawn": STROKES, "typed": "Bo Lind"}
    assert (record["name"], record["birth_date"]) == ("Bo Lind", "1990-05-23")
    assert (record["email"], record["phone"]) == ("bo@example.com", "619-555-0101")
    assert (record["signed_at"], record["phone_zone"]) == (
        "2026-05-23T18:59:58.123Z",
        "America/New_York",
    )
    assert record["received_at"] == "2026-05-23T19:00:00Z"
    assert record["event"]["zone"] == "America/Los_Angeles"
    assert record["event"]["event_id"] == "2026-05-23-alice-sunset"
    assert record["event"]["ports"] == {"home": "San Diego, California", "calls_at": ""}
    assert (record["address"], record["user_agent"]) == ("192.0.2.9", "A phone/1.0")
    assert seal_holds(record, ctx.settings.seal_keys)
    assert touched(record, ctx.settings.seal_keys) == []


def test_what_is_for_that_day_alone_is_kept_apart(
    client: PageClient, ctx: Context, path: str
) -> None:
    sign_form(client, path, captain_note="Asthma").submit()

    [record], [beside] = rows(ctx), rows(ctx, "day")
    assert "Asthma" not in str(record) and "Ann Lind" not in str(record)
    assert (beside["captain_note"], beside["emergency"]) == ("Asthma", "Ann Lind 619-555-0134")


def test_the_ledger_names_the_rows_with_their_seals_and_nobody(
    client: PageClient, ctx: Context, event: Event, path: str
) -> None:
    sign_form(client, path, **TWO).submit()

    audited = [r for r in ctx.db.query(LEDGER, event.ledger) if r.get("kind") == "waiver.signed"]
    [entry] = audited
    kept = {f"{r['pk']}|{r['sk']}": r["seal"] for r in [*rows(ctx), *rows(ctx, "day")]}
    assert entry["rows"] == kept
    assert not [word for word in ("Lind", "bo@", "192.0") if word in str(entry)]


def test_one_signature_covers_the_children_each_with_a_record(
    client: PageClient, ctx: Context, path: str
) -> None:
    sign_form(client, path, **TWO).submit()

    kept = {r["name"]: (r["relation"], r["class"], r["signed_by"]["name"]) for r in rows(ctx)}
    assert kept == {
        "Bo Lind": ("", "adult", "Bo Lind"),
        "Kim Lind": ("parent", "minor", "Bo Lind"),
        "Max Lind": ("guardian", "minor", "Bo Lind"),
    }
    assert {r["signature"]["typed"] for r in rows(ctx)} == {"Bo Lind"}


def test_a_guardian_ashore_is_kept_but_not_aboard(
    client: PageClient, ctx: Context, path: str
) -> None:
    sign_form(client, path, sails="no", **TWO).submit()

    assert [(r["name"], r["aboard"]) for r in rows(ctx)] == [
        ("Bo Lind", False),
        ("Kim Lind", True),
        ("Max Lind", True),
    ]


def test_without_a_script_a_button_adds_a_row_and_keeps_what_was_typed(
    client: PageClient, ctx: Context, path: str
) -> None:
    form = sign_form(client, path)
    form.values["add_child"] = ["y"]

    assert form.submit().status_code == 200
    shown = [row for row in client.page.all("fieldset") if row.get("class") == "child"]
    assert [("hidden" in row.attrib) for row in shown] == [False] + [True] * 7
    again = client.page.form().fill(**child(1, "Kim Lind", "2015-01-02"))
    assert (again.values["name"], rows(ctx)) == (["Bo Lind"], [])
    again.fill(agree="y", electronic="y").submit()
    assert names(ctx) == ["Bo Lind", "Kim Lind"]


# Who may sign (R17)


@pytest.mark.parametrize(
    ("born", "may"),
    [("2008-05-23", True), ("2008-05-24", False), ("2026-05-23", False), ("1926-05-23", True)],
)
def test_who_is_not_18_on_the_day_of_the_sail_cant_sign(
    client: PageClient, ctx: Context, path: str, born: str, may: bool
) -> None:
    answer = sign_form(client, path, birth_date=born).submit()

    assert (answer.status_code, len(rows(ctx))) == ((303, 1) if may else (422, 0))
    assert may or "A parent or legal guardian signs" in client.page.text


def test_the_day_is_the_boats(client: PageClient, ctx: Context) -> None:
    """At 10 pm on the boat it is the next day in UTC, when they would be 18."""
    event = at_the_dock(ctx, date(2026, 5, 23), period="night")

    sign_form(client, f"/g/{event.slug}/waiver", birth_date="2008-05-24").submit()

    assert rows(ctx) == []


def test_ages_are_those_of_the_day_of_the_sail_not_of_signing(
    client: PageClient, ctx: Context
) -> None:
    event = at_the_dock(ctx, date(2026, 6, 20))

    answer = sign_form(client, f"/g/{event.slug}/waiver", birth_date="2008-06-20").submit()

    assert answer.status_code == 303


def test_born_on_29_february_one_is_18_on_1_march(client: PageClient, ctx: Context) -> None:
    answers = []
    for day in (date(2026, 2, 28), date(2026, 3, 1)):
        event = at_the_dock(ctx, day)
        ctx.now.set(datetime(2026, 2, 20, 12, tzinfo=UTC))  # type: ignore[attr-defined]
        form = sign_form(client, f"/g/{event.slug}/waiver", birth_date="2008-02-29")
        answers.append(form.submit().status_code)

    assert answers == [422, 303]


def test_an_adult_is_no_child(client: PageClient, path: str, ctx: Context) -> None:
    found = refusals(client, path, **child(1, "Old Kim", "2008-05-23"))

    assert found == {"child1-birth_date": "Who is 18 or older signs for themselves."}
    assert rows(ctx) == []


WRONG = [
    ({"name": ""}, "name"),
    ({"name": "B"}, "name"),
    ({"birth_date": ""}, "birth_date"),
    ({"birth_date": "31/31/1990"}, "birth_date"),
    ({"birth_date": "1890-01-01"}, "birth_date"),
    ({"birth_date": "2027-01-01"}, "birth_date"),
    ({"email": "bo@"}, "email"),
    ({"email": "bo@x.example, eve@y.example"}, "email"),
    ({"email": ""}, "email"),
    ({"phone": "12"}, "phone"),
    ({"emergency": "Ann"}, "emergency"),
    ({"captain_note": "x" * 301}, "captain_note"),
    ({"agree": None}, "agree"),
    ({"electronic": None}, "electronic"),
    ({"typed": ""}, "typed"),
    ({"sails": "no"}, "sails"),
    ({"sails": "perhaps"}, "sails"),
    (child(1, "", "2015-01-02"), "child1-name"),
    (child(1, "Kim", ""), "child1-birth_date"),
    (child(1, "Kim", "2015-01-02", ""), "child1-relation"),
    (child(8, "Kim", "2015-01-02", "friend"), "child8-relation"),
]


@pytest.mark.parametrize(("filled", "field"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    client: PageClient, ctx: Context, path: str, filled: dict[str, str | None], field: str
) -> None:
    assert list(refusals(client, path, **filled)) == [field]
    assert (rows(ctx), client.page.form().values["emergency"]) == (
        [],
        [filled.get("emergency", "Ann Lind 619-555-0134")],
    )


@pytest.mark.parametrize(
    "path_given",
    ids=range(10),
    argvalues=[
        "M1 1",
        "M1 1l1 1",
        "M1 1 l2 2 l3 3 l4 4 l5 5 l6 6",
        "M1 1L2 2L3 3L4 4L5 5L6 6L7 7",
        "M1 1l1e3 2l1 1l1 1l1 1l1 1l1 1",
        'M1 1l1 1l1 1l1 1l1 1l1 1"/><script>',
        "M1 1l1 1l1 1l1 1l1 1l1 1\n",
        "M1 1" + "l1 1" * 4000,
        "M1 1" + "l1 1" * 20 + "x",
        "M1 1" + "l١ ١" * 20,
    ],
)
def test_what_is_no_signature_is_refused(
    client: PageClient, ctx: Context, path: str, path_given: str
) -> None:
    answer = sign_form(client, path, signature=path_given, typed="").submit()

    assert (answer.status_code, rows(ctx)) == (422, [])


def test_drawn_alone_is_as_good(client: PageClient, ctx: Context, path: str) -> None:
    answer = sign_form(client, path, signature=STROKES, typed="").submit()

    page = client.see(answer.headers["Location"])
    assert page.one(f".//{SVG}svg[@class='drawn']/{SVG}path").get("d") == STROKES


def test_a_form_lost_on_the_way_is_refused(client: PageClient, ctx: Context, path: str) -> None:
    statuses = [client.post(path, data=data).status_code for data in ({}, {"name": "Bo"})]

    assert (statuses, rows(ctx)) == ([422, 422], [])


# Which sails


def test_a_cancelled_sail_is_not_signed_for(
    client: PageClient, ctx: Context, event: Event, path: str
) -> None:
    form = sign_form(client, path)
    cancelled(ctx, event)

    form.submit()

    assert (rows(ctx), "was cancelled" in client.page.text) == ([], True)


def test_a_sail_that_is_over_is_not_signed_for(
    client: PageClient, ctx: Context, clock: Clock, path: str
) -> None:
    form = sign_form(client, path)
    clock.advance(days=2)

    form.submit()

    assert (rows(ctx), "is over" in client.page.text) == ([], True)


def test_by_a_date_one_signs_for_the_sail_that_was_shown(
    client: PageClient, ctx: Context, event: Event
) -> None:
    form = sign_form(client, f"/g/{event.slug[:10]}/waiver")
    cancelled(ctx, event)
    at_the_dock(ctx, first_name="Zoe")

    assert (form.submit().status_code, names(ctx)) == (200, [])
    assert "was cancelled" in client.page.text


def test_a_late_guest_signs_under_way(
    client: PageClient, ctx: Context, clock: Clock, path: str
) -> None:
    form = sign_form(client, path)
    clock.advance(hours=9)

    assert form.submit().status_code == 303


# Which text (R15)


def test_a_form_opened_on_a_text_is_kept_with_that_text(
    client: PageClient, ctx: Context, path: str
) -> None:
    form = sign_form(client, path)
    publish(ctx, "Another text.")

    form.submit()

    [record] = rows(ctx)
    assert (record["text_version"], "risks" in record["text"]) == (1, True)


def test_long_after_another_text_came_the_form_is_shown_again(
    client: PageClient, ctx: Context, clock: Clock
) -> None:
    event = at_the_dock(ctx, date(2026, 6, 1))
    form = sign_form(client, f"/g/{event.slug}/waiver", signature=STROKES)
    publish(ctx, "Another text.")
    clock.advance(hours=25)

    status = form.submit().status_code

    assert (status, rows(ctx)) == (422, [])
    assert "The text has changed" in client.page.text and "Another text." in client.page.text
    back = client.page.form().values
    assert (back["name"], back["signature"], "agree" in back) == (["Bo Lind"], [""], False)


@pytest.mark.parametrize("version", ["2", "0", "9999999", "-1", "x", "", "1٢"])
def test_no_other_text_can_be_claimed(
    client: PageClient, ctx: Context, path: str, version: str
) -> None:
    form = sign_form(client, path)
    rest = form.values["text_seen"][0].partition(".")[2]
    form.fill(text_seen=f"{version}.{rest}").submit()

    assert rows(ctx) == []


@pytest.mark.parametrize("change", [("en", "es"), ("en", "xx"), (".", "#")])
def test_nor_another_language_or_hash(
    client: PageClient, ctx: Context, path: str, change: tuple[str, str]
) -> None:
    form = sign_form(client, path)
    form.fill(text_seen=form.values["text_seen"][0].replace(*change)).submit()

    assert rows(ctx) == []


# Once (R16)


def test_the_same_form_again_is_the_same_record(
    client: PageClient, ctx: Context, path: str
) -> None:
    form = sign_form(client, path, **TWO)

    answers = [form.submit(), form.submit()]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(rows(ctx)) == 3


def test_taps_at_once_are_one_record(
    client: PageClient, ctx: Context, path: str, live_server: str
) -> None:
    form = sign_form(client, path, **TWO)
    tap = posted(live_server, path, form.values)

    answers = at_once([tap] * 16)

    assert {answer.status for answer in answers} == {303}
    assert names(ctx) == ["Bo Lind", "Kim Lind", "Max Lind"]


def test_without_the_guard_the_record_would_be_written_over(
    client: PageClient, ctx: Context, path: str
) -> None:
    form = sign_form(client, path)
    form.submit()
    before = rows(ctx)
    with without_conditions(ctx.db.client):
        form.fill(name="Eve Lind").submit()

    assert rows(ctx) != before


def test_fifty_at_once_are_fifty_records(
    client: PageClient, ctx: Context, event: Event, path: str, live_server: str
) -> None:
    form = sign_form(client, path)
    taps = [
        posted(
            live_server,
            path,
            form.values
            | {"key": [secrets.token_hex(16)], "name": [f"Guest {chr(97 + n % 26)}{n}"]},
        )
        for n in range(50)
    ]

    answers = at_once(taps)

    assert [answer.status for answer in answers] == [303] * 50
    assert max(answer.seconds for answer in answers) < 11
    assert len(set(names(ctx))) == 50


def test_signing_touches_nothing_that_another_signer_touches(
    client: PageClient, ctx: Context, path: str
) -> None:
    forms = [sign_form(client, path, **TWO), sign_form(client, path, name="Di Ray")]
    with calls(ctx.db.client) as made:
        for form in forms:
            form.submit()

    touched_rows = [
        [
            (put["Put"]["TableName"], str(put["Put"]["Item"]["pk"]), str(put["Put"]["Item"]["sk"]))
            for put in call.request["TransactItems"]
        ]
        for call in made
        if call.writes
    ]
    assert len(touched_rows) == 2
    assert set(touched_rows[0]) & set(touched_rows[1]) == set()


def test_another_content_with_the_same_key_is_asked_about(
    client: PageClient, ctx: Context, path: str
) -> None:
    form = sign_form(client, path)
    form.submit()

    status = form.fill(phone="619-555-0199").submit().status_code

    assert (status, len(rows(ctx))) == (422, 1)
    assert "You have signed already" in client.page.text
    client.page.form().submit()
    assert len(rows(ctx)) == 2


def test_a_script_is_told_where_to_go_without_a_redirect(client: PageClient, path: str) -> None:
    answer = sign_form(client, path).submit(headers={"X-SCC-Fragment": "1"})

    assert (answer.status_code, answer.headers["Location"][:3]) == (201, "/g/")


@pytest.mark.parametrize(
    "key", ["", "x", "a" * 15, "a" * 65, "A" * 32, "0#0" * 8, "é" * 32, "./" * 9]
)
def test_a_key_that_no_form_of_ours_made_is_not_taken(
    client: PageClient, ctx: Context, path: str, key: str
) -> None:
    form = sign_form(client, path).fill(key=key)

    assert (form.submit().status_code, rows(ctx)) == (422, [])
    assert client.page.form().submit().status_code == 303


# The party's own link


def test_the_partys_link_says_who_signed_and_the_guessable_one_does_not(
    client: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event, "Bo Lind")

    assert "1 of 14 have signed." in client.see(party_path(ctx, event)).text
    assert "So far: Bo" in client.page.text and "Lind" not in client.page.text
    assert "Bo" not in client.see(path).text and "of 14" not in client.page.text


def test_one_signs_there_too(client: PageClient, ctx: Context, event: Event) -> None:
    assert sign_form(client, party_path(ctx, event)).submit().status_code == 303


@pytest.mark.parametrize("key", ["a" * 24, "x", "%F0%9F%98%80", "done", ""])
def test_no_other_key_opens_it(client: PageClient, ctx: Context, event: Event, key: str) -> None:
    answer = client.get(f"/g/{event.slug}/waiver/{key}", follow_redirects=True)

    assert "have signed" not in answer.get_data(as_text=True)
    assert answer.status_code == (404 if key else 200)


def test_one_sails_key_opens_no_other(client: PageClient, ctx: Context, event: Event) -> None:
    other = at_the_dock(ctx, name="Zoe")
    key = party_path(ctx, event).rpartition("/")[2]

    assert client.get(f"/g/{other.slug}/waiver/{key}").status_code == 404


# The copy


@pytest.fixture
def copy_path(client: PageClient, path: str) -> str:
    answer = sign_form(client, path, captain_note="Asthma", **TWO).submit()
    return answer.headers["Location"]


def test_the_copy_holds_what_was_signed(client: PageClient, copy_path: str) -> None:
    text = client.see(copy_path).text

    for words in ("I know that sailing has risks.", "Kim Lind, 2015-01-02", "I agree to sign"):
        assert words in text
    assert "Saturday 23 May 2026, 12:00 pm PDT" in text
    assert "Asthma" not in text and "Ann Lind" not in text


def test_it_says_when_and_where(client: PageClient, copy_path: str) -> None:
    page = client.see(copy_path)

    assert "Saturday 23 May, 6:00 pm" in page.text
    assert [a for a in page.all("a") if a.get("href", "").endswith("/sail.ics")]


class TestWithAPlace:
    @pytest.fixture
    def app_env(self, app_env: dict[str, str]) -> dict[str, str]:
        return app_env | {"SCC_DOCK": "Harbor Island Dr 1880, San Diego"}

    def test_it_has_a_map_and_the_calendar_has_it(
        self, client: PageClient, copy_path: str, path: str
    ) -> None:
        page = client.see(copy_path)
        links = [a.get("href", "") for a in page.all("a")]
        assert [link for link in links if "query=Harbor+Island+Dr+1880%2C+San+Diego" in link]

        file = client.get(path.replace("/waiver", "/sail.ics")).get_data(as_text=True)
        assert "LOCATION:Harbor Island Dr 1880\\, San Diego\r\n" in file


def test_the_calendar_file_is_one(client: PageClient, path: str) -> None:
    answer = client.get(path.replace("/waiver", "/sail.ics"))

    (sail,) = Calendar.from_ical(answer.get_data()).events
    assert answer.mimetype == "text/calendar"
    assert (sail.start, sail["summary"]) == (datetime(2026, 5, 24, 1, tzinfo=UTC), "Alice’s sail")


def test_a_sail_that_moves_moves_in_the_calendar(
    client: PageClient, ctx: Context, event: Event, path: str
) -> None:
    """The same name and a higher number: not a second sail beside the first."""
    file = path.replace("/waiver", "/sail.ics")
    (before,) = Calendar.from_ical(client.get(file).get_data()).events
    details = Details("Alice", "Alice Lind", ctx.today() + timedelta(days=9), "sunset", time(17))
    change_event(ctx, event.exact_ref, details, event.version, ORIGIN)

    (after,) = Calendar.from_ical(client.get(file).get_data()).events

    assert after["uid"] == before["uid"]
    assert (after["sequence"] > before["sequence"], after.start > before.start) == (True, True)


def test_the_copys_link_ends(client: PageClient, clock: Clock, copy_path: str) -> None:
    clock.advance(days=31)

    answer = client.get(copy_path)

    assert (answer.status_code, client.page.heading) == (410, "This link has ended")
    assert "Lind" not in client.page.text


@pytest.mark.parametrize("cut", [slice(-1), slice(-20), slice(3, None)])
def test_a_link_that_is_not_whole_shows_nothing(
    client: PageClient, copy_path: str, cut: slice
) -> None:
    head, _, token = copy_path.rpartition("/")

    assert client.get(f"{head}/{token[cut]}").status_code == 404


def test_nobody_lengthens_it(client: PageClient, copy_path: str) -> None:
    head, until, signature = copy_path.rsplit(".", 2)

    longer = f"{head}.{int(until, 16) + 10**6:x}.{signature}"
    assert client.get(longer).status_code == 404


def test_it_opens_no_other_sail(client: PageClient, ctx: Context, copy_path: str) -> None:
    other = at_the_dock(ctx, name="Zoe")
    token = copy_path.rpartition("/")[2]

    assert client.get(f"/g/{other.exact_ref}/signed/{token}").status_code == 404


@pytest.mark.parametrize(
    "token", ["x", "..", "a.b.c", "a.zz.c", f"a.{'f' * 30}.c", "%00.1.x", "é.1.é"]
)
def test_what_is_no_token_is_not_found(client: PageClient, event: Event, token: str) -> None:
    assert client.get(f"/g/{event.exact_ref}/signed/{token}").status_code == 404


def test_guests_get_no_cookie(client: PageClient, path: str, copy_path: str) -> None:
    answers = [client.get(path), client.post(path, data={}), client.get(copy_path)]

    assert [answer.headers.getlist("Set-Cookie") for answer in answers] == [[], [], []]


def test_a_form_from_another_site_is_refused(client: PageClient, ctx: Context, path: str) -> None:
    form = sign_form(client, path)

    statuses = [
        form.submit(headers=headers).status_code
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"})
    ]

    assert (statuses, rows(ctx)) == ([403, 403], [])

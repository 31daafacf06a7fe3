"""What the office sees of a sail's waivers, and says about them."""

from datetime import date
from typing import Any

import pytest

from scc.aws import Item
from scc.context import Context
from scc.events.links import party_key
from scc.events.model import Event
from scc.ops.proofs import verify
from scc.tables import WAIVERS
from scc.waivers.model import Child
from scc.waivers.service import roll_call
from tests.emulator import Clock
from tests.given import charter, older
from tests.hooks import writes
from tests.page import PageClient, words
from tests.waivers.acts import at_the_dock, publish, rows, sign_form, signed

KIM = Child("Kim Lind", date(2015, 1, 2), "parent")


@pytest.fixture
def event(ctx: Context) -> Event:
    return at_the_dock(ctx)


@pytest.fixture
def path(event: Event) -> str:
    return f"/scc/events/{event.slug}/waivers"


def figures(admin: PageClient, path: str) -> dict[str, str]:
    divs = admin.see(path).all(".//dl[@class='figures']/div")
    return {words(div[0]): words(div[1]) for div in divs}


def marks(ctx: Context, event: Event) -> list[Item]:
    return [row for row in ctx.db.query(WAIVERS, event.ledger) if row["sk"].startswith("mark#")]


# Who signed, who is missing


def test_it_counts_who_signed_and_who_is_missing(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event, "Bo Lind", KIM)
    signed(ctx, event, "Di Ray")

    assert figures(admin, path) == {"Signed": "3 of 14", "Missing": "11"}
    assert "Kim Lind, child of Bo Lind" in admin.page.text


def test_the_events_page_says_it_too(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event, "Bo Lind", KIM)

    page = admin.see(f"/scc/events/{event.slug}")
    assert "2 of 14 signed, 12 missing" in page.text and "Waivers 2/14" in page.text


def test_who_signs_twice_is_one(admin: PageClient, ctx: Context, event: Event, path: str) -> None:
    for name in ("Bo Lind", "BO LIND"):
        signed(ctx, event, name)

    assert figures(admin, path)["Signed"] == "1 of 14"
    assert len(rows(ctx)) == 2


def test_a_guardian_ashore_is_not_counted(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event, "Bo Lind", KIM, sails=False)

    assert figures(admin, path)["Signed"] == "1 of 14"
    assert "Bo Lind, not aboard" in admin.page.text


def test_ones_own_waiver_counts_although_one_signs_ashore_for_a_child_later(
    ctx: Context, event: Event
) -> None:
    signed(ctx, event, "Bo Lind")
    signed(ctx, event, "Bo Lind", KIM, sails=False)

    assert roll_call(ctx, event).signed == 2


@pytest.mark.parametrize(("guests", "told"), [("6-8", "1 of 8"), ("", "1"), ("many", "1")])
def test_what_the_older_tool_said_of_guests_is_enough(
    admin: PageClient, ctx: Context, guests: str, told: str
) -> None:
    publish(ctx)
    [event] = older(ctx, {"event_id": "fireworks", "timestamp": 1767632400, "guests": guests})
    signed(ctx, event)

    assert figures(admin, f"/scc/events/{event.exact_ref}/waivers")["Signed"] == told


def test_what_only_that_days_crew_should_know_is_shown(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event, captain_note="Asthma")

    text = admin.see(path).text
    assert "Asthma" in text and "In an emergency: Ann 619-555-0134" in text


def test_each_has_a_link_to_the_copy(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event)
    link = next(a.get("href", "") for a in admin.see(path).all("a") if words(a) == "Copy")

    assert admin.see(link).heading == "Signed. Thank you, Bo!"


# Another text


def test_another_text_asks_those_again_who_signed_the_other(
    admin: PageClient, ctx: Context, clock: Clock
) -> None:
    event = at_the_dock(ctx, date(2031, 5, 23))
    signed(ctx, event, "Bo Lind")
    publish(ctx, "Another text.", "Otro texto.")
    signed(ctx, event, "Di Ray")

    path = f"/scc/events/{event.slug}/waivers"
    assert figures(admin, path) == {"Signed": "1 of 14", "Missing": "13", "To sign again": "1"}
    signed(ctx, event, "Bo Lind")
    assert figures(admin, path) == {"Signed": "2 of 14", "Missing": "12"}


def test_of_two_signatures_of_one_second_the_one_of_todays_text_counts(
    ctx: Context, clock: Clock
) -> None:
    """Whichever has the lower key."""
    event = at_the_dock(ctx, date(2031, 5, 23))
    clock.set(clock())
    for name in (f"Di {chr(97 + n)}ay" for n in range(8)):
        signed(ctx, event, name)
    publish(ctx, "Another text.")
    for name in (f"Di {chr(97 + n)}ay" for n in range(8)):
        signed(ctx, event, name)

    assert (roll_call(ctx, event).signed, roll_call(ctx, event).again) == (8, [])


def test_who_signed_a_language_that_stayed_is_not_asked_again(ctx: Context) -> None:
    event = at_the_dock(ctx, date(2031, 5, 23))
    signed(ctx, event, "Bo Lind")
    publish(ctx, es="Otra traducción.")

    assert (roll_call(ctx, event).signed, roll_call(ctx, event).again) == (1, [])


def test_for_a_sail_that_has_begun_nobody_is_asked_again(ctx: Context, clock: Clock) -> None:
    event = at_the_dock(ctx, date(2031, 5, 23))
    signed(ctx, event, "Bo Lind")
    publish(ctx, "Another text.")
    assert event.starts_at is not None
    clock.set(event.starts_at)

    assert roll_call(ctx, event).signed == 1


# Walk-ons, no-shows, paper, void


def test_walk_ons_and_no_shows_change_how_many_are_to_sign(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event, "Bo Lind", KIM)
    admin.see(path).form("/aboard").fill(walk_ons="2", no_shows="3").submit()

    assert figures(admin, path) == {"Signed": "2 of 13", "Missing": "11"}


def test_who_signed_and_did_not_come_is_taken_off_and_back(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    signed(ctx, event, "Bo Lind")
    for expected in ("0 of 13", "1 of 14", "0 of 13"):
        form = admin.see(path).form("/mark")
        form.values["what"] = [admin.page.one(".//button[@name='what']").get("value", "")]
        assert form.submit().status_code == 303
        assert figures(admin, path)["Signed"] == expected


def test_a_form_sent_twice_marks_once(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    form = admin.see(path).form("/aboard").fill(walk_ons="2")

    assert [form.submit().status_code for _ in range(2)] == [303, 303]
    assert len(marks(ctx, event)) == 1


def test_and_another_number_with_the_same_key_is_asked_about(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    form = admin.see(path).form("/aboard").fill(walk_ons="2")
    form.submit()

    assert form.fill(walk_ons="3").submit().status_code == 422
    admin.page.form("/aboard").submit()
    assert roll_call(ctx, event).walk_ons == 3


@pytest.mark.parametrize("number", ["-1", "x", "1000", "1.5", "٣"])
def test_only_numbers_are_counted(
    admin: PageClient, ctx: Context, event: Event, path: str, number: str
) -> None:
    answer = admin.see(path).form("/aboard").fill(walk_ons=number).submit()

    assert (answer.status_code, marks(ctx, event)) == (422, [])


def test_a_void_keeps_the_original_and_says_who_and_why(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    key = signed(ctx, event, "Bo Lind").key
    before = rows(ctx)
    admin.see(f"{path}/{key}/0/void").form("/void").fill(reason="Not this boat").submit()

    assert figures(admin, path) == {"Signed": "0 of 14", "Missing": "14"}
    assert "Voided by Moana: Not this boat" in admin.page.text
    assert rows(ctx) == before


def test_a_void_needs_a_reason(admin: PageClient, ctx: Context, event: Event, path: str) -> None:
    key = signed(ctx, event).key

    assert admin.see(f"{path}/{key}/0/void").form("/void").submit().status_code == 422
    assert marks(ctx, event) == []


@pytest.mark.parametrize("which", ["nobody/0", "{key}/7"])
def test_what_nobody_signed_cant_be_voided(
    admin: PageClient, ctx: Context, event: Event, path: str, which: str
) -> None:
    key = signed(ctx, event).key

    assert admin.get(f"{path}/{which.format(key=key)}/void").status_code == 404


@pytest.mark.parametrize("of", ["waiver#x#00", "mark#x", "", "day#x"])
def test_nor_marked(admin: PageClient, ctx: Context, event: Event, path: str, of: str) -> None:
    signed(ctx, event)
    form = admin.see(path).form("/mark").fill(of=of)
    form.values["what"] = ["no_show"]

    assert (form.submit().status_code, marks(ctx, event)) == (404, [])


PAPER = {"name": "Old Tom", "birth_date": "1950-01-02", "kept_at": "the blue folder"}


def test_a_paper_waiver_says_who_recorded_it(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    form = admin.see(f"{path}/paper").form("/paper").fill(**PAPER)
    assert [form.submit().status_code for _ in range(2)] == [303, 303]

    assert figures(admin, path)["Signed"] == "1 of 14"
    assert "On paper, recorded by Moana" in admin.page.text
    [row] = rows(ctx, "paper")
    assert (row["by"]["name"], row["kept_at"]) == ("Moana", "the blue folder")


def test_a_childs_paper_names_who_signed_it(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    form = admin.see(f"{path}/paper").form("/paper").fill(**PAPER | {"birth_date": "2015-01-02"})
    assert (form.submit().status_code, rows(ctx, "paper")) == (422, [])
    form.fill(guardian="Bo Lind").submit()
    assert "Say whether it was a parent or a legal guardian who signed." in admin.page.text
    assert rows(ctx, "paper") == []

    admin.page.form("/paper").fill(guardian="Bo Lind", relation="parent").submit()
    [row] = rows(ctx, "paper")
    assert (row["signed_by"]["name"], row["relation"]) == ("Bo Lind", "parent")


def test_all_of_it_is_proved(admin: PageClient, ctx: Context, event: Event, path: str) -> None:
    admin.see(f"{path}/paper").form("/paper").fill(**PAPER).submit()
    admin.see(path).form("/aboard").fill(walk_ons="2").submit()
    key = signed(ctx, event).key
    admin.see(f"{path}/{key}/0/void").form("/void").fill(reason="Not this boat").submit()

    assert (verify(ctx).problems, len(marks(ctx, event))) == ([], 2)


# The QR code, the ports


def test_the_qr_code_leads_to_the_partys_page(
    admin: PageClient, ctx: Context, event: Event, path: str
) -> None:
    page = admin.see(f"{path}/qr")

    link = next(a.get("href", "") for a in page.all("main//a") if "waiver/" in a.get("href", ""))
    assert link.endswith(f"/g/{event.slug}/waiver/{party_key(ctx.settings, event.exact_ref)}")
    [code] = page.all(".//{http://www.w3.org/2000/svg}svg[@class='qr']")
    assert code.get("viewBox") and "style" not in code.attrib


def test_a_second_port_warns(admin: PageClient, ctx: Context) -> None:
    publish(ctx)
    event = charter(ctx, calls_at="Long Beach, California")
    signed(ctx, event)

    assert "46 USC 30527" in admin.see(f"/scc/events/{event.slug}/waivers").text
    assert "ask your lawyer" in admin.see(f"/scc/events/{event.slug}").text
    assert rows(ctx)[0]["event"]["ports"]["calls_at"] == "Long Beach, California"


def test_a_sail_that_comes_home_does_not(admin: PageClient, event: Event, path: str) -> None:
    assert "30527" not in admin.see(path).text


# The text


def test_without_a_text_the_sample_is_what_one_starts_from(admin: PageClient, ctx: Context) -> None:
    page = admin.see("/scc/waiver-text")

    assert "Nothing is published yet" in page.text
    assert "SAMPLE" in page.form("/waiver-text").values["en"][0]


def test_a_preview_publishes_nothing(admin: PageClient, dynamodb: Any) -> None:
    with writes(dynamodb) as written:
        admin.see("/scc/waiver-text").form("/waiver-text").fill(en="So *be* it.").submit()

    assert written == []
    assert words(admin.page.all(".//section[@class='preview']/p/em")[0]) == "be"


def publishing(admin: PageClient, **filled: str | None) -> int:
    admin.see("/scc/waiver-text").form("/waiver-text").fill(**filled).submit()
    form = admin.page.form("/waiver-text").fill(publish="y")
    form.values["publishing"] = ["y"]
    return form.submit().status_code


def test_published_it_is_what_guests_sign(
    admin: PageClient, ctx: Context, client: PageClient
) -> None:
    event = charter(ctx)

    assert publishing(admin, en="# Mine\n\nSo be it.", es="") == 303

    page = client.see(f"/g/{event.slug}/waiver?lang=es")
    [text] = page.all(".//section[@class='text']")
    assert (words(text), text.get("lang")) == ("Mine So be it.", "en")
    assert sign_form(client, f"/g/{event.slug}/waiver").submit().status_code == 303


def test_without_its_tick_nothing_is_published(admin: PageClient, ctx: Context) -> None:
    admin.see("/scc/waiver-text").form("/waiver-text").submit()
    form = admin.page.form("/waiver-text")
    form.values["publishing"] = ["y"]

    assert (form.submit().status_code, rows(ctx, "text")) == (422, [])


def test_what_somebody_published_meanwhile_is_not_written_over(
    admin: PageClient, ctx: Context
) -> None:
    publish(ctx)
    admin.see("/scc/waiver-text").form("/waiver-text").fill(en="Mine.").submit()
    form = admin.page.form("/waiver-text").fill(publish="y")
    form.values["publishing"] = ["y"]
    publish(ctx, "Theirs.")

    assert form.submit().status_code == 422
    assert "Somebody published another version" in admin.page.text
    again = admin.page.form("/waiver-text").fill(publish="y")
    again.values["publishing"] = ["y"]
    again.submit()
    assert [row["markdown"]["en"] for row in rows(ctx, "text")][1:] == ["Theirs.", "Mine."]


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    '<img src=x onerror="alert(1)">',
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<style>*{display:none}</style>",
    '<form action="https://evil.example"><input name=a></form>',
    '[x](https://ok.example "onmouseover=alert(1)")',
]


@pytest.mark.parametrize("markdown", HOSTILE)
def test_no_script_gets_in_by_the_text(
    admin: PageClient, ctx: Context, client: PageClient, markdown: str
) -> None:
    event = charter(ctx)
    publish(ctx, f"So be it.\n\n{markdown}")

    [text] = client.see(f"/g/{event.slug}/waiver").all(".//section[@class='text']")
    tags = {element.tag for element in text.iter()} - {"section"}
    attributes = {name for e in text.iter() for name in e.attrib} - {"class", "lang"}
    assert tags <= {"p", "a"} and attributes <= {"href", "rel"}
    assert not [a for a in text.iter("a") if not a.get("href", "https:").startswith("https:")]

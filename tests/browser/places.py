"""Every page, dialog and error page that there is, to be looked at one after the other."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import Season
from tests.emulator import PASSWORD

OFFICE, NOBODY, CAPTAIN, MATE = "office", "nobody", "captain", "mate"
"""Who looks. The captain and the mate are of today's sail."""


@dataclass(frozen=True)
class Place:
    """`go` brings a page there."""

    name: str
    go: Callable[[Page, Season], object]
    who: str = OFFICE

    def __str__(self) -> str:
        return self.name


def _at(path: str) -> Callable[[Page, Season], object]:
    return lambda page, season: page.goto(path.format(s=season))


def _wrong(path: str, button: str) -> Callable[[Page, Season], object]:
    """A form sent with nothing right in it."""

    def go(page: Page, season: Season) -> None:
        page.goto(path.format(s=season))
        for field in page.locator("form:has-text('" + button + "') input[type=text]").all():
            if field.is_visible():
                field.fill("")
        page.get_by_role("button", name=button, exact=True).click()
        page.locator(".summary").wait_for()

    return go


def _wrong_password(page: Page, season: Season) -> None:
    page.goto("/scc/sign-in")
    page.get_by_label("Your name").fill("Dee")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.locator(".summary").wait_for()


def _too_much(page: Page, season: Season) -> None:
    page.goto(f"/scc/events/{season.today.slug}/payment")
    page.get_by_label("Amount").fill("9999")
    page.get_by_role("dialog").get_by_role("button", name="Log payment").click()
    page.locator(".summary").wait_for()


def _nobody_asked(page: Page, season: Season) -> None:
    page.goto(f"/scc/events/{season.deposit.slug}/crew/ask")
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator(".summary").wait_for()


def _nothing_ticked(page: Page, season: Season) -> None:
    page.goto("/scc/money")
    page.get_by_role("button", name="Banked", exact=True).click()
    page.locator(".summary").wait_for()


def _wrong_close(page: Page, season: Season) -> None:
    page.goto("/scc/close")
    page.get_by_role("button", name="Close the money").click()
    page.locator(".summary").wait_for()


def _stale_button(page: Page, season: Season) -> None:
    """A button without a page of its own, pressed after its token went stale."""
    page.goto(f"/scc/events/{season.today.slug}")
    page.evaluate("document.querySelectorAll('[name=csrf_token]').forEach(i => i.value = 'stale')")
    page.evaluate("document.querySelector('form[action$=\"/sign-out\"]').requestSubmit()")
    page.get_by_role("heading", name="Press again").wait_for()


def _ended_session(page: Page, season: Season) -> None:
    """A form sent without a session, up to the page on which what was typed is kept."""
    page.goto(f"/g/{season.today.slug}/waiver")
    page.evaluate("""() => {
      const form = Object.assign(document.createElement("form"), {method: "post"});
      const notes = Object.assign(document.createElement("input"), {name: "notes", value: "typed"});
      form.action = "/scc/events/new";
      form.append(notes);
      document.body.append(form);
      form.submit();
    }""")
    page.get_by_label("Your name").fill("Dee")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="You are signed in again").wait_for()


def _letter(page: Page, season: Season) -> None:
    page.goto(f"/scc/events/{season.deposit.slug}")
    page.get_by_role("link", name="Receipt").click()


def _text_a_link(page: Page, season: Season) -> None:
    page.goto(f"/scc/staff/{season.kai.id}")
    page.get_by_role("button", name="Text a link").click()
    page.get_by_role("link", name="Open in Messages").wait_for()


def _ticked(page: Page, season: Season) -> None:
    """One is aboard, one did not come, one walked on."""
    page.goto(f"/scc/crew/{season.today.slug}/sail")
    page.get_by_role("button", name=re.compile("Aboard.*Bo Lind")).click()
    page.get_by_role("button", name=re.compile("Did not come.*Kim Lind")).click()
    page.get_by_role("button", name="One more").click()
    page.locator("[data-waiting]").wait_for(state="hidden")


def _preview(page: Page, season: Season) -> None:
    page.goto("/scc/waiver-text")
    page.get_by_role("button", name="See it as guests will").click()
    page.locator(".preview").first.wait_for()


def _looked_at(page: Page, season: Season) -> None:
    page.goto(f"/scc/weather/{season.no_price.slug[:10]}")
    page.get_by_label("Cancel it").first.check()
    page.get_by_role("button", name="See what it does").click()
    page.get_by_role("heading", name="This is what it does").wait_for()


def _wrong_waiver(page: Page, season: Season) -> None:
    page.goto(f"/g/{season.today.slug}/waiver")
    page.get_by_role("button", name="Add a child").click()
    page.get_by_label("Child’s full name").first.fill("Kim")
    page.get_by_role("button", name="Sign now").click()
    page.locator(".summary").wait_for()


def _bookings(then: str = "") -> Callable[[Page, Season], object]:
    """A file of bookings, looked at; `then`: the button or link that is pressed after it."""

    def go(page: Page, season: Season) -> None:
        page.goto("/scc/import")
        page.get_by_label("Booking system").fill("FareHarbor")
        rows = "Booking ID,Contact,Start Date,Start Time,Total,Total Paid\n"
        rows += "#1,Mary Fischer,2031-05-23,6:30 PM,$450.00,$200.00\n#2,Bo,2031-02-30,,,\n"
        file = {"name": "bookings.csv", "mimeType": "text/csv", "buffer": rows.encode()}
        page.get_by_label("CSV file").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Look at it").click()
        page.get_by_role("heading", name="bookings.csv").wait_for()
        if then:
            page.locator(".button", has_text=then).click()
            page.locator("h1").wait_for()

    return go


def _sent_before(page: Page, season: Season) -> None:
    """The list of files; each can be pressed, and nothing lies over it."""
    page.goto("/scc/import")
    page.get_by_role("link", name="bookings.csv").first.click(trial=True)


PLACES = (
    Place("bookings in", _at("/scc/import")),
    Place("bookings in, wrong", _wrong("/scc/import", "Look at it")),
    Place("bookings looked at", _bookings()),
    Place("bookings sent before", _sent_before),
    Place("bookings’ columns", _bookings("What the columns are")),
    Place("bookings taken in", _bookings("Take them in")),
    Place("dashboard", _at("/scc/")),
    Place("after a payment", _at("/scc/events/{s.paid.slug}/card?done=logged&payment=x")),
    Place("unpaid", _at("/scc/events?show=unpaid")),
    Place("month", _at("/scc/events?month=now")),
    Place("empty month", _at("/scc/events?month=2031-02")),
    Place("week", _at("/scc/events?week={s.today.slug:.10}")),
    Place("find", _at("/scc/search?q=alvarez")),
    Place("find, nothing", _at("/scc/search?q=nobody-of-that-name")),
    Place("task dialog", _at("/scc/events/{s.today.slug}/task")),
    Place("task, wrong", _wrong("/scc/events/{s.today.slug}/task", "Note it")),
    Place("reschedule dialog", _at("/scc/events/{s.deposit.slug}/reschedule")),
    Place("repeat", _at("/scc/events/{s.today.slug}/repeat")),
    Place("repeat, wrong", _wrong("/scc/events/{s.today.slug}/repeat", "Plan them")),
    Place("weather", _at("/scc/weather/{s.no_price.slug:.10}")),
    Place("weather, looked at", _looked_at),
    Place("weather, nothing to come", _at("/scc/weather/2031-02-02")),
    Place("calendar", _at("/scc/calendar")),
    Place("undated", _at("/scc/events?month=undated")),
    Place("event", _at("/scc/events/{s.deposit.slug}")),
    Place("cancelled event", _at("/scc/events/{s.cancelled.slug}")),
    Place("older event", _at("/scc/events/{s.undated}")),
    Place("payment dialog", _at("/scc/events/{s.today.slug}/payment")),
    Place("payment, no price", _at("/scc/events/{s.no_price.slug}/payment")),
    Place("payment, cancelled", _at("/scc/events/{s.cancelled.slug}/payment")),
    Place("payment, wrong", _wrong("/scc/events/{s.today.slug}/payment", "Log payment")),
    Place("payment without an event", _at("/scc/payment")),
    Place("more than the balance", _too_much),
    Place("report", _at("/scc/reports")),
    Place("year", _at("/scc/reports/year")),
    Place("empty year", _at("/scc/reports/year?year=2031")),
    Place("letters", _at("/scc/letters")),
    Place("a letter", _letter),
    Place("how letters look", _at("/scc/letters/samples")),
    Place("does mail work", _at("/scc/letters/health")),
    Place("text it", _at("/scc/events/{s.deposit.slug}/text")),
    Place("API tokens", _at("/scc/tokens")),
    Place("settings", _at("/scc/settings")),
    Place("how to pay", _at("/scc/settings/pay")),
    Place("what letters say", _at("/scc/settings/paragraphs")),
    Place("a boat", _at("/scc/settings/boats/alma")),
    Place("a kind of sail, wrong", _wrong("/scc/settings/kinds", "Add it")),
    Place("void dialog", _at("/scc/events/{s.deposit.slug}/entries/2/void")),
    Place("move dialog", _at("/scc/events/{s.deposit.slug}/entries/2/move")),
    Place("refund dialog", _at("/scc/events/{s.deposit.slug}/refund")),
    Place("sent dialog", _at("/scc/events/{s.deposit.slug}/entries/3/sent")),
    Place("ending dialog", _at("/scc/events/{s.deposit.slug}/end")),
    Place("price dialog", _at("/scc/events/{s.today.slug}/price")),
    Place("new event", _at("/scc/events/new")),
    Place("new event, wrong", _wrong("/scc/events/new", "Plan it")),
    Place("change", _at("/scc/events/{s.today.slug}/change")),
    Place("money", _at("/scc/money")),
    Place("money, nothing ticked", _nothing_ticked),
    Place("bounced dialog", _at("/scc/events/{s.deposit.slug}/entries/2/bounced")),
    Place("close", _at("/scc/close")),
    Place("close, wrong", _wrong_close),
    Place("close made", _at("/scc/close/1")),
    Place("closes", _at("/scc/closes")),
    Place("ask crew", _at("/scc/events/{s.deposit.slug}/crew/ask")),
    Place("ask crew, nobody", _nobody_asked),
    Place("said yes by phone", _at("/scc/events/{s.deposit.slug}/crew/on")),
    Place("take off", _at("/scc/events/{s.deposit.slug}/crew/1/off")),
    Place("positions", _at("/scc/events/{s.deposit.slug}/crew/positions")),
    Place("override", _at("/scc/events/{s.deposit.slug}/ready")),
    Place("the sail", _at("/scc/crew/{s.today.slug}/sail")),
    Place("hours and tip", _at("/scc/events/{s.deposit.slug}/crew/hours")),
    Place("hours of a month", _at("/scc/crew/hours")),
    Place("days off", _at("/scc/crew/away")),
    Place("days off, wrong", _wrong("/scc/crew/away", "Note it")),
    Place("crew answers", _at("{s.answer_url}"), who=NOBODY),
    Place("staff", _at("/scc/staff")),
    Place("somebody of the staff", _at("/scc/staff/{s.kai.id}")),
    Place("add somebody", _at("/scc/staff/new")),
    Place("add somebody, wrong", _wrong("/scc/staff/new", "Add")),
    Place("a link to text", _text_a_link),
    Place("my sails, on one and asked for one", _at("/scc/crew/"), MATE),
    Place("run sheet", _at("/scc/sheet/{s.day}"), CAPTAIN),
    Place("the sail, a mate’s", _at("/scc/crew/{s.today.slug}/sail"), MATE),
    Place("the sail, ticked by its captain", _ticked, CAPTAIN),
    Place("handed money", _at("/scc/crew/{s.today.slug}/handed"), CAPTAIN),
    Place(
        "handed money, wrong",
        _wrong("/scc/crew/{s.today.slug}/handed", "Tell the office"),
        CAPTAIN,
    ),
    Place("your way in", _at("/scc/account"), CAPTAIN),
    Place("not found", _at("/scc/events/no-such-event")),
    Place("stale button", _stale_button),
    Place("sign in", _at("/scc/sign-in"), who=NOBODY),
    Place("wrong password", _wrong_password, who=NOBODY),
    Place("crew sign in", _at("/scc/sign-in/crew"), who=NOBODY),
    Place("a link that is over", _at("/scc/in/none"), who=NOBODY),
    Place("set up a password", _at("{s.set_up_url}"), who=NOBODY),
    Place("waivers", _at("/scc/events/{s.today.slug}/waivers")),
    Place("waivers of nobody", _at("/scc/events/{s.paid.slug}/waivers")),
    Place("void a waiver", _at("{s.void_url}")),
    Place("paper waiver", _at("/scc/events/{s.today.slug}/waivers/paper")),
    Place("paper waiver, wrong", _wrong("/scc/events/{s.today.slug}/waivers/paper", "Record it")),
    Place("QR code", _at("/scc/events/{s.today.slug}/waivers/qr")),
    Place("waiver’s text", _at("/scc/waiver-text")),
    Place("waiver’s text, as guests will see it", _preview),
    Place("waiver", _at("/g/{s.today.slug}/waiver"), who=NOBODY),
    Place("waiver, in Spanish", _at("/g/{s.today.slug}/waiver?lang=es"), who=NOBODY),
    Place("waiver, wrong", _wrong_waiver, who=NOBODY),
    Place("waiver of a party", _at("{s.party_url}"), who=NOBODY),
    Place("waiver, signed", _at("{s.copy_url}"), who=NOBODY),
    Place("waiver, cancelled", _at("/g/{s.cancelled.slug}/waiver"), who=NOBODY),
    Place("which day", _at("/g/find?date="), who=NOBODY),
    Place("waiver, unknown", _at("/g/2031-02-02/waiver"), who=NOBODY),
    Place("session that ended", _ended_session, who=NOBODY),  # the last: it signs in
)

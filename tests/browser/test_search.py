"""Finding as one types, and with the form alone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Season


def test_it_finds_as_one_types_and_the_address_keeps_it(page: Page, season: Season) -> None:
    page.goto("/scc/search")
    page.get_by_label("Patron, phone, note or slug").press_sequentially("ingr", delay=30)

    expect(page.locator("[data-found] article")).to_have_count(1)
    expect(page.locator("[data-found] h4")).to_have_text("Ingrid Alvarez")
    page.reload()
    expect(page.get_by_label("Patron, phone, note or slug")).to_have_value("ingr")


def test_without_a_script_the_button_finds(plain_page: Page, season: Season) -> None:
    plain_page.goto("/scc/search")
    plain_page.get_by_label("Patron, phone, note or slug").fill("cake knife")
    plain_page.get_by_role("button", name="Find").click()

    expect(plain_page.locator("h4")).to_have_text("Alice Alvarez")

"""The way in, the pulse, the theme and the old address."""

import pytest

from tests.hooks import calls
from tests.page import PageClient


def test_the_root_leads_to_the_log(client: PageClient) -> None:
    assert client.get("/").headers["Location"] == "/scc/"


def test_the_pulse_asks_no_table(client: PageClient, dynamodb: object) -> None:
    with calls(dynamodb) as made:
        client.get("/scc/healthz")

    assert made == []


@pytest.mark.parametrize("rest", ["", "/", "/index.html", "/a/b?c=d"])
def test_old_bookmarks_lead_to_the_log(client: PageClient, rest: str) -> None:
    page = client.see(f"/tools/shipcaptaincrew{rest}")

    assert page.one(".//a[@data-moved]").get("href") == "/scc/"


# Themes


def choose(client: PageClient, theme: str) -> None:
    form = client.see("/scc/").form("/theme")
    form.values["theme"] = [theme]
    form.submit(follow_redirects=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_on_every_page_from_then_on(admin: PageClient, theme: str) -> None:
    choose(admin, theme)

    pages = [admin.see(path) for path in ("/scc/", "/scc/events")]
    assert [page.root.get("data-theme") for page in pages] == [theme, theme]


def test_the_devices_own_takes_it_back(admin: PageClient) -> None:
    choose(admin, "dark")
    choose(admin, "")

    assert admin.see("/scc/").root.get("data-theme") is None


@pytest.mark.parametrize("theme", ["night", '"><script>', "é", "x" * 3000])
def test_another_word_is_no_theme(admin: PageClient, theme: str) -> None:
    choose(admin, theme)

    assert admin.get_cookie("scc-theme") is None


@pytest.mark.parametrize("value", ["night", '"><script>', "\\000"])
def test_another_word_in_the_cookie_is_none_either(client: PageClient, value: str) -> None:
    client.set_cookie("scc-theme", value)

    assert client.see("/scc/sign-in").root.get("data-theme") is None


def test_the_theme_stays_when_signed_out(admin: PageClient) -> None:
    choose(admin, "dark")
    admin.page.form("/sign-out").submit(follow_redirects=True)

    assert admin.page.root.get("data-theme") == "dark"


def test_choosing_a_theme_leads_back_to_the_page(admin: PageClient) -> None:
    form = admin.see("/scc/events?show=unpaid").form("/theme").fill(theme="dark")

    assert form.submit().headers["Location"] == "/scc/events?show=unpaid"

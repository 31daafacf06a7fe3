"""Signing in, with a name and the admin password."""

import pytest

from tests.emulator import PASSWORD
from tests.hooks import writes
from tests.page import PageClient


def test_the_right_password_leads_to_the_log(client: PageClient) -> None:
    answer = client.sign_in()

    assert (answer.status_code, answer.headers["Location"]) == (302, "/scc/")


def test_the_persons_name_is_on_every_page(client: PageClient) -> None:
    client.sign_in(name="Moana Kealoha")

    assert client.see("/scc/").one(".//details/summary").text == "Moana"


def test_a_wrong_one_says_so(client: PageClient) -> None:
    status = client.sign_in(password="wrong").status_code

    assert (status, "That is not the password." in client.page.text) == (401, True)


def test_the_name_stays_and_the_password_does_not(client: PageClient) -> None:
    client.sign_in(name="Moana", password="wrong")

    form = client.page.form()
    assert (form.values["name"], form.values["password"]) == (["Moana"], [""])


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("", PASSWORD),
        ("  ", PASSWORD),
        ("–", PASSWORD),
        ("x" * 61, PASSWORD),
        ("Mo\nana", PASSWORD),
        ("Mo\x00ana", PASSWORD),
        ("Moana", ""),
        ("Moana", "x" * 1001),
    ],
)
def test_a_form_that_is_not_filled_in_right_comes_back(
    client: PageClient, name: str, password: str
) -> None:
    client.see("/scc/sign-in").form().fill(name=name, password=password).submit()

    assert (client.page.response.status_code, client.page.has(".//*[@role='alert']")) == (422, True)


def test_it_is_no_try(client: PageClient, dynamodb: object) -> None:
    form = client.see("/scc/sign-in").form().fill(name="", password="wrong")

    with writes(dynamodb) as written:
        form.submit()

    assert written == []


@pytest.mark.parametrize("name", ["José", "Łukasz Ng", "山田", "O’Brien-Smith", "Al 2"])
def test_any_persons_name_will_do(client: PageClient, name: str) -> None:
    client.sign_in(name=name)

    assert client.see("/scc/").one(".//details/summary").text == name.split()[0]


def test_signing_out_leads_to_the_sign_in(admin: PageClient) -> None:
    admin.see("/scc/").form("/sign-out").submit(follow_redirects=True)

    assert admin.page.has(".//input[@type='password']")


def test_the_sign_in_page_says_what_went_wrong_in_its_title(client: PageClient) -> None:
    client.sign_in(password="wrong")

    assert (client.page.one(".//head/title").text or "").startswith("Error: Sign in")

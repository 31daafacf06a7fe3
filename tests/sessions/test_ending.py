"""R7: a session that ended is refused, whoever still has its cookie."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.security import generate_password_hash

from scc.app import create_app
from scc.ops.tables import Names, make_tables
from tests.emulator import PASSWORD, Clock
from tests.page import PageClient

COOKIE = "__Host-scc"


def cookie(client: PageClient, name: str = COOKIE) -> str:
    kept = client.get_cookie(name)
    assert kept is not None
    return kept.value


def replay(app: Flask, value: str, name: str = COOKIE) -> int:
    """What the dashboard answers to somebody who brings this cookie: 200, or 302 to sign in."""
    thief = app.test_client()
    thief.set_cookie(name, value, domain="localhost")
    return thief.get("/scc/").status_code


def another_app(app_env: dict[str, str], client: Any, clock: Clock, **settings: str) -> Flask:
    """The app started anew, with other settings, on the same tables."""
    app = create_app(env=app_env | settings, client=client, now=clock)
    app.test_client_class = PageClient
    return app


def test_while_it_lasts_it_is_good(app: Flask, admin: PageClient) -> None:
    assert replay(app, cookie(admin)) == 200


def test_after_signing_out_it_is_refused(app: Flask, admin: PageClient) -> None:
    stolen = cookie(admin)

    admin.see("/scc/").form("/sign-out").submit()

    assert replay(app, stolen) == 302


def test_signing_out_ends_no_other_session(app: Flask, admin: PageClient) -> None:
    phone = app.test_client()
    phone.sign_in()

    admin.see("/scc/").form("/sign-out").submit()

    assert replay(app, cookie(phone)) == 200


def test_signing_out_everywhere_ends_them_all(app: Flask, admin: PageClient) -> None:
    phones = [app.test_client() for _ in range(3)]
    for phone in phones:
        phone.sign_in()
    stolen = [cookie(browser) for browser in (admin, *phones)]

    form = admin.see("/scc/").form("/sign-out")
    form.action += "-everywhere"
    form.submit()

    assert [replay(app, value) for value in stolen] == [302] * 4


def test_signing_in_again_ends_the_session_before(app: Flask, admin: PageClient) -> None:
    before = cookie(admin)

    admin.sign_in()

    assert (replay(app, before), replay(app, cookie(admin))) == (302, 200)


def test_a_new_password_ends_it(
    admin: PageClient, app_env: dict[str, str], dynamodb: Any, clock: Clock
) -> None:
    weak = generate_password_hash("another password", "pbkdf2:sha256:600000")

    anew = another_app(app_env, dynamodb, clock, ADMIN_PASS_HASH=weak)

    assert replay(anew, cookie(admin)) == 302


def test_the_same_password_hashed_anew_ends_it_too(
    admin: PageClient, app_env: dict[str, str], dynamodb: Any, clock: Clock
) -> None:
    again = generate_password_hash(PASSWORD, "pbkdf2:sha256:600000")

    anew = another_app(app_env, dynamodb, clock, ADMIN_PASS_HASH=again)

    assert replay(anew, cookie(admin)) == 302


def test_starting_anew_ends_nothing(
    admin: PageClient, app_env: dict[str, str], dynamodb: Any, clock: Clock
) -> None:
    assert replay(another_app(app_env, dynamodb, clock), cookie(admin)) == 200


@pytest.mark.parametrize(("hours", "answer"), [(11.9, 200), (12, 302)], ids=["in time", "too late"])
def test_idle_for_twelve_hours_it_ends(
    admin: PageClient, clock: Clock, hours: float, answer: int
) -> None:
    clock.advance(hours=hours)

    assert admin.get("/scc/").status_code == answer


@pytest.mark.parametrize(("hours", "answer"), [(-0.1, 200), (0, 302)])
def test_after_seven_days_it_ends_however_busy(
    admin: PageClient, clock: Clock, hours: float, answer: int
) -> None:
    for _ in range(7 * 4 - 1):
        clock.advance(hours=6)
        admin.get("/scc/events/new")

    clock.advance(hours=6 + hours)

    assert admin.get("/scc/").status_code == answer


def test_signing_in_again_after_that_lasts_again(admin: PageClient, clock: Clock) -> None:
    clock.advance(days=8)
    admin.sign_in()
    clock.advance(hours=11)

    assert admin.get("/scc/").status_code == 200


# Cookies that nobody was given


@pytest.mark.parametrize("where", [0, 20, -9], ids=["payload", "middle", "signature"])
def test_a_cookie_with_one_letter_changed_is_refused(
    app: Flask, admin: PageClient, where: int
) -> None:
    letters = list(cookie(admin))
    letters[where] = "A" if letters[where] != "A" else "B"

    assert replay(app, "".join(letters)) == 302


@pytest.mark.parametrize("made_up", ["", "x", ".", "..", "eyJpZCI6IngifQ.aaaa.bbbb", "a" * 3000])
def test_a_made_up_cookie_is_refused(app: Flask, made_up: str) -> None:
    assert replay(app, made_up) == 302


@pytest.mark.parametrize("identity", ["", "x", None, 7, ["x"], {"x": 1}, "é", "\x00"])
def test_a_cookie_signed_for_something_else_is_refused(app: Flask, identity: Any) -> None:
    """As the sign-in page's own cookie is, which holds a token and nobody's id."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]

    assert replay(app, signer.dumps({"id": identity})) == 302


def test_what_is_stored_opens_nothing(app: Flask, admin: PageClient, dynamodb: Any) -> None:
    """Whoever reads the table has digests alone."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    stored = dynamodb.scan(TableName="scc-local-state")["Items"]
    ids = [item["sk"]["S"] for item in stored if item["pk"]["S"] == "sessions#admin"]

    assert [replay(app, signer.dumps({"id": one})) for one in ids] == [302]


def test_a_session_of_another_stage_is_refused(
    admin: PageClient, app_env: dict[str, str], dynamodb: Any, clock: Clock
) -> None:
    """Even with the same key and a copy of the record."""
    make_tables(dynamodb, Names("staging"))
    for item in dynamodb.scan(TableName="scc-local-state")["Items"]:
        dynamodb.put_item(TableName="scc-staging-state", Item=item)
    settings = {"SCC_STAGE": "staging", "SCC_PUBLIC_URL": "https://sail.example"}

    staging = another_app(app_env, dynamodb, clock, **settings)

    assert replay(staging, cookie(admin), "__Secure-scc-staging") == 302


# Fixation


def test_signing_in_changes_the_cookie(client: PageClient) -> None:
    client.see("/scc/sign-in")
    before = cookie(client)

    client.sign_in()

    assert cookie(client) != before


def test_signing_in_again_changes_the_session(app: Flask, admin: PageClient) -> None:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    before = signer.loads(cookie(admin))["id"]

    admin.sign_in()

    assert signer.loads(cookie(admin))["id"] != before


def test_a_cookie_planted_before_the_sign_in_opens_nothing(app: Flask, client: PageClient) -> None:
    client.see("/scc/sign-in")
    planted = cookie(client)

    client.sign_in()

    assert replay(app, planted) == 302


def test_a_form_token_from_before_the_sign_in_is_stale(client: PageClient) -> None:
    before = client.see("/scc/sign-in").form().values["csrf_token"][0]
    client.sign_in()

    answer = client.post("/scc/sign-out", data={"csrf_token": before})

    assert answer.status_code == 422


def test_the_token_of_one_session_is_no_token_for_another(app: Flask, admin: PageClient) -> None:
    other = app.test_client()
    other.sign_in("Kai")
    theirs = other.see("/scc/").form("/sign-out").values["csrf_token"][0]

    assert admin.post("/scc/sign-out", data={"csrf_token": theirs}).status_code == 422

"""The ways in: a link that is opened twice, a code that is guessed at, a second factor replayed."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from scc.audit.store import office_partition
from scc.company import store as company
from scc.context import Context
from scc.mail import links
from scc.mail import service as mail
from scc.mail import store as outbox
from scc.mail.model import OFFICE
from scc.mail.render import render
from scc.staff import access
from scc.staff import store as people
from scc.staff.model import Person
from scc.tables import LEDGER, STATE
from tests.emulator import Clock
from tests.given import charter, member, put_aboard
from tests.hooks import calls, writes
from tests.page import Form, PageClient
from tests.staff.acts import (
    OWN,
    another,
    ask,
    code_now,
    code_of,
    come_in,
    enter,
    later,
    link_to,
    set_up,
    sign_in,
)

# The link


def test_opening_a_link_changes_nothing(
    client: PageClient, ctx: Context, kai: Person, dynamodb: Any
) -> None:
    link = link_to(ctx, kai)

    with writes(dynamodb) as written:
        client.see(link)
        client.open(link, method="HEAD")

    assert written == []
    assert client.get("/scc/crew/").status_code == 302


def test_its_button_signs_in(client: PageClient, ctx: Context, kai: Person) -> None:
    come_in(client, ctx, kai)

    assert client.see("/scc/crew/").one(".//details/summary").text == "Kai"


def test_it_works_once(app: Flask, client: PageClient, ctx: Context, kai: Person) -> None:
    link = link_to(ctx, kai)
    slow = another(app)
    form = slow.see(link).form()
    client.see(link).form().submit()

    assert (form.submit().status_code, slow.get(link).status_code) == (422, 422)


def test_a_new_one_ends_the_one_before(client: PageClient, ctx: Context, kai: Person) -> None:
    before = link_to(ctx, kai)
    link_to(ctx, kai)

    assert client.get(before).status_code == 422


def test_it_ends_by_itself(client: PageClient, ctx: Context, kai: Person, clock: Clock) -> None:
    link = link_to(ctx, kai)
    clock.advance(days=3)

    assert client.get(link).status_code == 422


@pytest.mark.parametrize("cut", [-1, -5, 12])
def test_a_link_that_was_touched_is_none(
    client: PageClient, ctx: Context, kai: Person, cut: int
) -> None:
    link = link_to(ctx, kai)

    assert client.get(link[:cut]).status_code in (404, 422)


def test_what_the_table_holds_opens_nothing(app: Flask, ctx: Context, kai: Person) -> None:
    """Neither the outbox nor the person has the address or the code."""
    client = another(app)
    ask(client, kai.email)
    link = links.way_in(ctx.settings, f"{kai.id}-{people.load(ctx, kai.id).link}")
    mail.drain(ctx)
    stored = str(ctx.db.client.scan(TableName=ctx.db.name(STATE))["Items"])

    assert link.rpartition(".")[2] not in stored
    assert code_of(ctx, kai) not in stored


def test_no_page_of_letters_shows_it(kai: Person, ctx: Context) -> None:
    shown = render(
        ctx.settings,
        company.read(ctx),
        "sign_in",
        {"first_name": "Kai", "name": "n", "code_name": "n", "lasts": "", "set_up": False},
        hidden=True,
    )

    assert "/scc/in/" not in shown.text + shown.html
    assert links.code(ctx.settings, "n")[:4] not in shown.text


# Asking


def test_a_letter_brings_link_and_code(client: PageClient, ctx: Context, kai: Person) -> None:
    ask(client, "KAI@example.com")
    [letter] = outbox.about(ctx, OFFICE)
    text = render(ctx.settings, company.read(ctx), letter.kind, letter.values).text

    assert letter.to == kai.email
    assert f"{code_of(ctx, kai)[:4]} {code_of(ctx, kai)[4:]}" in text
    link = next(line for line in text.splitlines() if "/scc/in/" in line)
    assert client.see(link.strip()).heading == "Welcome, Kai"


@pytest.mark.parametrize("who", ["nobody@example.com", "dee@example.com", "619 555 9999"])
def test_the_answer_tells_nobody_who_works_here(
    client: PageClient, ctx: Context, kai: Person, dee: Person, dynamodb: Any, who: str
) -> None:
    """Alike in status and words, and in the calls that it takes."""
    with calls(dynamodb) as known:
        ask(client, kai.email)
    page = client.page.text
    with calls(dynamodb) as unknown:
        status = ask(client, who)

    assert (status, client.page.text) == (200, page)
    assert len(known) == len(unknown)
    assert len(outbox.about(ctx, OFFICE)) == 1


def test_a_second_tap_sends_one_letter(client: PageClient, ctx: Context, kai: Person) -> None:
    form = client.see("/scc/sign-in/crew").form().fill(reach=kai.email)
    form.submit()
    form.submit()

    assert len(outbox.about(ctx, OFFICE)) == 1


def test_asking_is_throttled(client: PageClient, kai: Person) -> None:
    """R9: the eleventh within five minutes is not heard."""
    found = [ask(client, f"nobody{n}@example.com") for n in range(11)]

    assert found == [200] * 10 + [429]


def test_a_strangers_asking_ends_no_link_of_the_office(
    app: Flask, client: PageClient, ctx: Context, kai: Person
) -> None:
    link = link_to(ctx, kai)
    ask(another(app), kai.email)

    assert client.see(link).form().submit().status_code == 302


def test_a_link_texted_to_a_number_ends_with_the_number(
    app: Flask, client: PageClient, ctx: Context, kai: Person
) -> None:
    link = link_to(ctx, kai)
    owner = another(app)
    owner.sign_in()
    owner.see(f"/scc/staff/{kai.id}").form(f"/{kai.id}").fill(phone="619-555-0102").submit()

    assert client.get(link).status_code == 422


def asks(ctx: Context, client: PageClient, person: Person, clock: Clock, times: int) -> int:
    """How many letters come of asking, two minutes apart, from ever other networks."""
    before = len(outbox.about(ctx, OFFICE))
    for n in range(times):
        client.environ_base["REMOTE_ADDR"] = f"198.51.100.{n % 250}"
        assert ask(client, person.email) == 200
        assert "a letter is on its way" in client.page.text
        clock.advance(minutes=2)
    return len(outbox.about(ctx, OFFICE)) - before


def test_a_stranger_can_have_three_letters_an_hour_sent(
    client: PageClient, ctx: Context, kai: Person, clock: Clock
) -> None:
    assert asks(ctx, client, kai, clock, 6) == 3
    assert "text you a link at any time" in client.page.text
    clock.advance(minutes=50)

    assert asks(ctx, client, kai, clock, 2) == 2


def test_and_ten_a_day(client: PageClient, ctx: Context, kai: Person, clock: Clock) -> None:
    sent = 0
    for _ in range(5):
        sent += asks(ctx, client, kai, clock, 3)
        clock.advance(hours=1)

    assert sent == 10
    clock.advance(hours=20)
    assert asks(ctx, client, kai, clock, 1) == 1


def test_a_browser_that_was_theirs_is_heard_all_the_same(
    app: Flask, crew: PageClient, ctx: Context, kai: Person, clock: Clock
) -> None:
    """Its session is over, and its cookie still says whose it was."""
    ctx.db.write(people.next_epoch(kai.id))
    stranger = another(app)
    assert asks(ctx, stranger, kai, clock, 4) == 3

    assert asks(ctx, crew, kai, clock, 2) == 2
    assert asks(ctx, come_in(another(app), ctx, member(ctx, "Ray")), kai, clock, 1) == 0


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_code_is_in_the_audit(
    client: PageClient, ctx: Context, kai: Person, known: bool
) -> None:
    """With the person whom it was tried for, and never what was typed."""
    ask(client, kai.email)
    enter(client, kai.email if known else "nobody@example.com", "12345678")
    row = ctx.db.query(LEDGER, office_partition(ctx))[-1]

    assert (row["kind"], row["actor"]["kind"]) == ("session.refused", "crew")
    assert row["name"] == ("Kai" if known else "somebody unknown")
    assert (row["actor"]["id"] == kai.id) == known
    assert "12345678" not in str(row) and "nobody@" not in str(row)


def test_wrong_codes_are_throttled(client: PageClient, kai: Person) -> None:
    """R9: the eleventh within five minutes is not heard, and not kept."""
    found = [enter(client, "nobody@example.com", "12345678") for _ in range(11)]

    assert found == [401] * 10 + [429]


def at_once(app: Flask, link: str, reach: str, code: str, times: int = 6) -> list[int]:
    """The status that each of so many browsers gets by the link, or by the code, at once."""
    clients = [another(app) for _ in range(times)]
    ready = [
        client.see(link).form()
        if link and not (code and n % 2)
        else client.see("/scc/sign-in/crew").form().fill(reach=reach, code=code)
        for n, client in enumerate(clients)
    ]
    start = Barrier(times)

    def press(form: Form) -> int:
        start.wait()
        return form.submit().status_code

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(press, ready))


@pytest.mark.parametrize("round_", range(3))
@pytest.mark.parametrize("by", ["link", "code", "both"])
def test_of_many_at_once_one_comes_in(
    app: Flask, client: PageClient, ctx: Context, kai: Person, by: str, round_: int
) -> None:
    ask(client, kai.email)
    link = links.way_in(ctx.settings, f"{kai.id}-{people.load(ctx, kai.id).link}")
    code = code_of(ctx, kai)
    found = at_once(app, link if by != "code" else "", kai.email, code if by != "link" else "")

    assert found.count(302) == 1


# The code


def test_the_code_signs_in(client: PageClient, ctx: Context, kai: Person) -> None:
    ask(client, kai.email)

    status = enter(client, kai.phone, code_of(ctx, kai))

    assert (status, client.get("/scc/crew/").status_code) == (302, 200)


def test_it_works_once_too(app: Flask, client: PageClient, ctx: Context, kai: Person) -> None:
    ask(client, kai.email)
    code = code_of(ctx, kai)
    enter(client, kai.email, code)

    assert enter(another(app), kai.email, code) == 401


def test_it_ends_after_a_quarter_of_an_hour(
    client: PageClient, ctx: Context, kai: Person, clock: Clock
) -> None:
    ask(client, kai.email)
    code = code_of(ctx, kai)
    clock.advance(minutes=15)

    assert enter(client, kai.email, code) == 401


def test_after_five_guesses_the_right_one_is_refused(
    app: Flask, client: PageClient, ctx: Context, kai: Person
) -> None:
    """From however many networks: the tries are the code's own."""
    ask(client, kai.email)
    code = code_of(ctx, kai)
    for n in range(5):
        guesser = another(app)
        guesser.environ_base["REMOTE_ADDR"] = f"198.51.100.{n}"
        enter(guesser, kai.email, "00000000" if code != "00000000" else "1")

    assert enter(client, kai.email, code) == 401


def test_it_is_nobody_elses(client: PageClient, ctx: Context, kai: Person) -> None:
    ask(client, kai.email)
    member(ctx, "Ray", email="ray@example.com")

    assert enter(client, "ray@example.com", code_of(ctx, kai)) == 401


def test_who_is_signed_in_gets_one_for_the_home_screen(
    app: Flask, crew: PageClient, kai: Person
) -> None:
    crew.see("/scc/account").form("/code").submit()
    code = crew.page.one(".//p[@class='secret']").text or ""

    assert enter(another(app), kai.email, code) == 302


def test_crew_stay_signed_in_for_90_days(crew: PageClient, clock: Clock) -> None:
    clock.advance(days=89, hours=23)
    assert crew.get("/scc/crew/").status_code == 200
    clock.advance(hours=1)

    assert crew.get("/scc/crew/").status_code == 302


def test_what_crew_had_typed_survives_the_way_in(
    crew: PageClient, ctx: Context, kai: Person
) -> None:
    event = put_aboard(ctx, charter(ctx, ctx.today() + timedelta(days=1)), kai)
    form = crew.see(f"/scc/crew/{event.exact_ref}/handed").form("/handed").fill(amount="12,50")
    crew.delete_cookie("__Host-scc")
    form.submit()
    crew.page.form("/crew").fill(reach=kai.email).submit()
    crew.page.form("/crew").fill(code=code_of(ctx, kai)).submit()
    crew.page.form("/handed").submit()

    assert crew.page.form("/handed").values["amount"] == ["12,50"]


def test_crew_who_wanted_the_dashboard_come_to_their_sails(
    client: PageClient, ctx: Context, kai: Person
) -> None:
    form = client.see("/scc/sign-in/crew?next=/scc/%3Ffilter%3Dall").form("/crew")
    form.fill(reach=kai.email).submit()
    answer = client.page.form("/crew").fill(code=code_of(ctx, kai)).submit()

    assert answer.headers["Location"] == "/scc/crew/"


def test_what_crew_had_typed_at_the_dock_survives_it_too(
    app: Flask, crew: PageClient, ctx: Context, kai: Person
) -> None:
    """Their browser is asked as crew's, whatever page it was, and the letter's code brings back."""
    event = put_aboard(ctx, charter(ctx, ctx.today() + timedelta(days=1)), kai)
    form = crew.see(f"/scc/events/{event.exact_ref}/waivers").form("/aboard").fill(walk_ons="2")
    ctx.db.write(people.next_epoch(kai.id))
    form.submit()

    assert "no_shows" in crew.page.form("/sign-in/crew").values["kept"][0]


# An admin's password and second factor


def test_a_link_lets_an_admin_choose_a_password(
    client: PageClient, ctx: Context, dee: Person
) -> None:
    set_up(client, ctx, dee)

    assert client.see("/scc/").one(".//details/summary").text == "Dee"


def test_then_password_and_code_sign_in(
    app: Flask, client: PageClient, ctx: Context, dee: Person, clock: Clock
) -> None:
    set_up(client, ctx, dee)
    later(clock)

    assert sign_in(another(app), dee.email, code_now(ctx, dee)) == 302


def test_a_code_is_taken_once(
    app: Flask, client: PageClient, ctx: Context, dee: Person, clock: Clock
) -> None:
    set_up(client, ctx, dee)
    later(clock)
    code = code_now(ctx, dee)
    sign_in(another(app), dee.email, code)

    assert sign_in(another(app), dee.email, code) == 401


@pytest.mark.parametrize(
    ("password", "code"), [("wrong, and long", ""), (OWN, "000000"), (OWN, "")]
)
def test_either_alone_lets_nobody_in(
    app: Flask,
    client: PageClient,
    ctx: Context,
    dee: Person,
    clock: Clock,
    password: str,
    code: str,
) -> None:
    set_up(client, ctx, dee)
    later(clock)
    right = code_now(ctx, dee)
    given = code if password == OWN else right

    assert sign_in(another(app), dee.email, given, password) == 401
    assert sign_in(another(app), dee.email, right) == 302


def test_who_has_the_password_has_few_guesses_at_the_code(
    app: Flask, client: PageClient, ctx: Context, dee: Person, clock: Clock
) -> None:
    """From however many networks; and the right one sets the count back."""
    set_up(client, ctx, dee)
    later(clock)
    one_left = people.note(dee, {"factor_tries": access.FACTOR_TRIES - 1})
    ctx.db.write(one_left)
    assert sign_in(another(app), dee.email, code_now(ctx, dee)) == 302
    assert people.load(ctx, dee.id).factor_tries == 0

    later(clock)
    ctx.db.write(one_left)
    sign_in(another(app), dee.email, "000000")
    assert sign_in(client, dee.email, code_now(ctx, dee)) == 401
    assert "Another admin can reset" in client.page.text


def test_no_link_signs_an_admin_in_who_has_a_password(
    client: PageClient, ctx: Context, dee: Person
) -> None:
    set_up(client, ctx, dee)
    ask(client, dee.email)

    assert outbox.about(ctx, OFFICE) == []


def test_a_short_password_is_asked_back(client: PageClient, ctx: Context, dee: Person) -> None:
    page = client.see(link_to(ctx, dee))

    assert page.form().fill(new_password="short", code="1").submit().status_code == 422


def test_a_new_password_ends_every_other_session(
    app: Flask, client: PageClient, ctx: Context, dee: Person, clock: Clock
) -> None:
    """R7, and the one who changed it stays."""
    set_up(client, ctx, dee)
    later(clock)
    phone = another(app)
    sign_in(phone, dee.email, code_now(ctx, dee))
    stolen = client.get_cookie("__Host-scc")
    form = client.see("/scc/account").form("/password")
    form.fill(password=OWN, new_password="another four words or five").submit()

    thief = another(app)
    thief.set_cookie("__Host-scc", stolen.value if stolen else "", domain="localhost")
    found = [browser.get("/scc/").status_code for browser in (phone, thief, client)]
    assert found == [302, 302, 200]


def test_a_reset_ends_what_was_and_lets_them_set_up_again(
    app: Flask, client: PageClient, ctx: Context, dee: Person
) -> None:
    """The owner, by the admin password, is the way back in."""
    set_up(client, ctx, dee)
    owner = another(app)
    owner.sign_in()
    owner.see(f"/scc/staff/{dee.id}")
    reset = [f for f in owner.page.all("form") if (f.get("action") or "").endswith("/reset")]
    token = owner.page.one(".//main/form/input[@name='csrf_token']").get("value")
    owner.post(reset[0].get("action"), data={"csrf_token": token, "how": "hand"})

    assert client.get("/scc/").status_code == 302
    link = "/scc/in/" + owner.page.text.partition("/scc/in/")[2].split()[0]
    assert another(app).see(link).has(".//input[@name='new_password']")


# The audit


def test_every_row_names_the_person(crew: PageClient, ctx: Context, kai: Person) -> None:
    crew.see("/scc/crew/").form("/sign-out").submit()
    rows = ctx.db.query(LEDGER, office_partition(ctx))

    assert [row["kind"] for row in rows][-2:] == ["session.opened", "session.closed"]
    who = {(r["actor"]["kind"], r["actor"]["id"], r["actor"]["name"]) for r in rows[-2:]}
    assert who == {("crew", kai.id, "Kai")}

"""Letters about waivers: the signer's copy, asked for again, and reminders to who is missing."""

from datetime import date

import pytest

from scc.company import store as company
from scc.context import Context
from scc.events.links import party_key
from scc.mail import store as mail
from scc.mail.model import Posted
from scc.mail.render import render
from tests.emulator import Clock
from tests.page import PageClient
from tests.waivers.acts import at_the_dock, publish, sign_form, signed


def waiting(ctx: Context) -> list[Posted]:
    return [one for one in mail.due(ctx, 100) if one.kind.startswith("waiver")]


def text(ctx: Context, letter: Posted) -> str:
    return render(ctx.settings, company.read(ctx), letter.kind, letter.values).text


def test_who_signs_gets_the_copys_link(client: PageClient, ctx: Context) -> None:
    path = f"/g/{at_the_dock(ctx).slug}/waiver"
    form = sign_form(client, path)
    form.submit()
    form.submit()

    [letter] = waiting(ctx)
    assert letter.to == "bo@example.com"
    link = next(word for word in text(ctx, letter).split() if "/signed/" in word)
    assert client.see(link[link.index("/g/") :]).heading == "Signed. Thank you, Bo!"


def test_in_the_language_they_signed_in(client: PageClient, ctx: Context) -> None:
    sign_form(client, f"/g/{at_the_dock(ctx).slug}/waiver?lang=es").submit()

    assert "su copia de lo que firmó" in text(ctx, waiting(ctx)[0])


def test_without_an_address_there_is_no_letter(client: PageClient, ctx: Context) -> None:
    path = f"/g/{at_the_dock(ctx).slug}/waiver"
    assert sign_form(client, path, email="", phone="619-555-0101").submit().status_code == 303

    assert waiting(ctx) == []


def test_a_link_that_ended_is_asked_for_again_once_a_day(
    client: PageClient, ctx: Context, clock: Clock
) -> None:
    event = at_the_dock(ctx, date(2031, 5, 23))
    copy = sign_form(client, f"/g/{event.slug}/waiver").submit().headers["Location"]
    clock.advance(days=31)

    for _ in range(2):
        client.see(copy, status=410)
        client.page.form().submit()
    assert client.page.heading == "A new link is on its way"
    _, again = waiting(ctx)
    assert {letter.to for letter in waiting(ctx)} == {"bo@example.com"}
    link = next(word for word in text(ctx, again).split() if "/signed/" in word)
    assert client.see(link[link.index("/g/") :]).heading == "Signed. Thank you, Bo!"


@pytest.mark.parametrize(
    "by", [{"name": "Alice Nakamura", "email": "a@b.example"}, {"email": "ALICE@example.com"}]
)
def test_a_patron_who_signed_is_not_reminded(
    admin: PageClient, ctx: Context, by: dict[str, str]
) -> None:
    event = at_the_dock(ctx, date(2031, 5, 23), patron_email="alice@example.com", guests=3)
    signed(ctx, event, **{"name": "Al N"} | by)

    admin.see(f"/scc/events/{event.slug}/waivers").form("/remind").submit()

    assert "Nobody was written to" in admin.see(f"/scc/events/{event.slug}/waivers?reminded=0").text
    assert [letter.kind for letter in waiting(ctx) if letter.kind == "waiver_reminder"] == []


@pytest.mark.parametrize("patron", ["alice@example.com", ""])
def test_a_reminder_goes_to_the_patron_and_to_who_signed_another_text(
    admin: PageClient, ctx: Context, patron: str
) -> None:
    event = at_the_dock(ctx, date(2031, 5, 23), patron_email=patron, guests=3)
    signed(ctx, event, "Bo Lind")
    signed(ctx, event, "Di Ray")
    publish(ctx, "Another text.")
    signed(ctx, event, "Di Ray")

    form = admin.see(f"/scc/events/{event.slug}/waivers").form("/remind")
    assert [form.submit().status_code for _ in range(2)] == [303, 303]

    letters = [letter for letter in waiting(ctx) if letter.kind == "waiver_reminder"]
    expected = {"bo@example.com"} | ({patron} if patron else set())
    assert {letter.to for letter in letters} == expected and len(letters) == len(expected)
    for letter in letters:
        assert party_key(ctx.settings, event.exact_ref) in text(ctx, letter)

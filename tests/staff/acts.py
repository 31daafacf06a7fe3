"""What people of the staff do in tests: come in by a link, as they would."""

import pyotp
from flask import Flask

from scc.context import Context
from scc.mail import links
from scc.staff import access, service
from scc.staff import store as people
from scc.staff.model import Person
from tests.emulator import Clock
from tests.given import ORIGIN
from tests.page import PageClient

OWN = "four words do very well"
"""The password of an admin of their own."""


def link_to(ctx: Context, person: Person) -> str:
    """The path of a fresh link, as the office hands it on."""
    name = service.give_link(ctx, person.id, False, ORIGIN).name
    return links.way_in(ctx.settings, name)


def come_in(client: PageClient, ctx: Context, person: Person) -> PageClient:
    """The browser, signed in as somebody of the crew."""
    client.see(link_to(ctx, person)).form().submit()
    return client


def code_now(ctx: Context, person: Person) -> str:
    """What the admin's authenticator app shows."""
    person = people.load(ctx, person.id)
    secret = access.factor_secret(ctx.settings, person, person.factor)
    return pyotp.TOTP(secret).at(ctx.now())


def set_up(client: PageClient, ctx: Context, person: Person) -> PageClient:
    """The browser, signed in as an admin who has just chosen a password."""
    page = client.see(link_to(ctx, person))
    secret = page.one(".//code").text or ""
    shown = pyotp.TOTP(secret.replace(" ", "")).at(ctx.now())
    page.form().fill(new_password=OWN, code=shown).submit()
    return client


def sign_in(client: PageClient, email: str, code: str, password: str = OWN) -> int:
    """The status that an admin's own way in gets."""
    form = client.see("/scc/sign-in").form().fill(name=email, password=password, code=code)
    return form.submit().status_code


def later(clock: Clock) -> None:
    """Another code is shown."""
    clock.advance(seconds=30)


def another(app: Flask) -> PageClient:
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


def ask(client: PageClient, reach: str) -> int:
    form = client.see("/scc/sign-in/crew").form().fill(reach=reach)
    return form.submit().status_code


def enter(client: PageClient, reach: str, code: str) -> int:
    form = client.see("/scc/sign-in/crew").form().fill(reach=reach, code=code)
    return form.submit().status_code


def code_of(ctx: Context, person: Person) -> str:
    """What the letter of the asked-for code says."""
    return links.code(ctx.settings, f"{person.id}-{people.load(ctx, person.id).code}")

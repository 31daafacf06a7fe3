"""Signing in is not what these tests are about: the password's hash is a quick one."""

import pytest

from scc.context import Context
from scc.staff.model import Person
from tests.given import member
from tests.older import quick_environment
from tests.page import PageClient
from tests.staff.acts import come_in


@pytest.fixture
def app_env() -> dict[str, str]:
    return quick_environment()


@pytest.fixture
def kai(ctx: Context) -> Person:
    """Somebody of the crew."""
    return member(ctx, "Kai", positions=("captain",), email="kai@example.com", phone="6195550101")


@pytest.fixture
def dee(ctx: Context) -> Person:
    """An admin beside the owner, who has no password yet."""
    return member(ctx, "Dee", "admin", "crew", email="dee@example.com")


@pytest.fixture
def crew(client: PageClient, ctx: Context, kai: Person) -> PageClient:
    """Kai's phone."""
    return come_in(client, ctx, kai)

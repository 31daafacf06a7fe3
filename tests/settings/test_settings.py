"""The settings page: what is said there, two who say it at once, and what may not be said."""

from collections.abc import Iterator
from typing import Any

import pytest

from scc.company import store
from scc.company.model import MOST, Boat, Dock
from scc.context import Context
from scc.tables import LEDGER
from tests import given
from tests.hooks import writes
from tests.page import Form, PageClient


def records(ctx: Context) -> list[dict[str, Any]]:
    """What the audit has of the settings."""
    items, _ = ctx.db.read_all(LEDGER, 10**6)
    return [item for item in items if item.get("kind") == "settings.changed"]


def form(admin: PageClient, place: str) -> Form:
    return admin.see(f"/scc/settings/{place}").form(f"/settings/{place}")


def test_what_the_company_is_called_is_kept_and_recorded(admin: PageClient, ctx: Context) -> None:
    answer = form(admin, "about").fill(name="Señora Ñu & Co", phone="619-555-0100").submit()

    assert answer.headers["Location"].startswith("/scc/settings")
    assert "Señora Ñu & Co" in admin.see("/scc/settings").text
    (record,) = records(ctx)
    assert record["part"] == "about"
    assert record["changes"]["phone"] == {"from": "", "to": "619-555-0100"}
    assert record["actor"]["name"] == "Moana"


def test_sent_again_nothing_is_written(admin: PageClient, ctx: Context) -> None:
    sent = form(admin, "pay").fill(zelle="pay@example.com", venmo="@queen")
    sent.submit()

    with writes(ctx.db.client) as written:
        assert sent.submit().status_code == 303

    assert written == []


def test_who_is_overtaken_is_told_and_loses_nothing(admin: PageClient, ctx: Context) -> None:
    mine = form(admin, "pay").fill(zelle="mine@example.com")
    form(admin, "pay").fill(zelle="theirs@example.com").submit()

    assert mine.submit().status_code == 422
    assert "Zelle: theirs@example.com" in admin.page.text
    assert store.read(ctx).pay.zelle == "theirs@example.com"
    again = admin.page.form("/pay")
    assert again.values["zelle"] == ["mine@example.com"]

    again.submit()

    assert store.read(ctx).pay.zelle == "mine@example.com"


def test_two_who_change_two_parts_are_in_nobodys_way(admin: PageClient, ctx: Context) -> None:
    mine = form(admin, "pay").fill(zelle="mine@example.com")
    form(admin, "paragraphs").fill(bring="Gloves.\r\nA hat.").submit()

    assert mine.submit().status_code == 303
    company = store.read(ctx)
    assert (company.pay.zelle, company.paragraphs.bring) == ("mine@example.com", "Gloves. A hat.")


def test_one_who_saves_between_reading_and_writing_is_not_overwritten(
    admin: PageClient, ctx: Context
) -> None:
    """Of another part: the transaction fails, and is made anew of what is there now."""
    sent: list[str] = []
    mine = form(admin, "pay").fill(zelle="mine@example.com")

    def meanwhile(**_: Any) -> None:
        if not sent:
            sent.append("once")
            ctx.db.write(store.change(store.read(ctx), phone="619"))

    ctx.db.client.meta.events.register("before-call.dynamodb.TransactWriteItems", meanwhile)

    assert mine.submit().status_code == 303
    company = store.read(ctx)
    assert (company.phone, company.pay.zelle, company.version) == ("619", "mine@example.com", 2)


# Boats, docks, kinds


def test_the_first_boat_is_given_its_name(admin: PageClient, ctx: Context) -> None:
    form(admin, "boats/the-boat").fill(name="Queen", limit="30", least_crew="3").submit()

    assert store.read(ctx).boats == (Boat("the-boat", "Queen", 30, 3),)


def test_a_second_tap_adds_one_boat(admin: PageClient, ctx: Context) -> None:
    add = form(admin, "boats").fill(name="Alma", limit="6")
    add.submit()

    assert add.submit().status_code == 303
    assert [boat.id for boat in store.read(ctx).boats] == ["the-boat", "alma"]


def test_one_of_the_same_name_is_refused(admin: PageClient, ctx: Context) -> None:
    form(admin, "docks").fill(name="Harbor Island").submit()

    assert form(admin, "docks").fill(name="HARBOR island").submit().status_code == 422
    assert "There is a dock of that name" in admin.page.text
    assert len(store.read(ctx).docks) == 1


def test_no_more_than_every_page_can_read(admin: PageClient, ctx: Context) -> None:
    docks = [{"id": f"d{n}", "name": f"Dock {n}", "map_url": ""} for n in range(MOST)]
    ctx.db.write(store.change(store.read(ctx), docks=docks))

    assert form(admin, "docks").fill(name="One more").submit().status_code == 422
    assert len(store.read(ctx).docks) == MOST


def test_a_boat_is_retired_and_offered_again(admin: PageClient, ctx: Context) -> None:
    given.boats(ctx, Boat("alma", "Alma"), Boat("queen", "Queen"))
    admin.see("/scc/settings/boats/queen").form("/retire").submit()
    assert [boat.id for boat in store.read(ctx).offered_boats] == ["alma"]
    assert "Retired" in admin.see("/scc/settings").text

    admin.see("/scc/settings/boats/queen").form("/retire").submit()

    assert [boat.id for boat in store.read(ctx).offered_boats] == ["alma", "queen"]
    assert [record["changes"]["retired"]["to"] for record in records(ctx)] == ["True", "False"]


def test_the_only_one_left_stays(admin: PageClient, ctx: Context) -> None:
    """Of two pages that both offer it, the second one is refused."""
    given.boats(ctx, Boat("alma", "Alma"), Boat("queen", "Queen"))
    one = admin.see("/scc/settings/boats/alma").form("/retire")
    other = admin.see("/scc/settings/boats/queen").form("/retire")
    one.submit()

    assert other.submit().status_code == 422
    assert "Queen is the only boat left" in admin.page.text
    assert not admin.see("/scc/settings/boats/queen").all(".//form[@class='fine']")


def test_a_kind_has_its_length_positions_and_price(admin: PageClient, ctx: Context) -> None:
    filled = form(admin, "kinds").fill(name="Tour", minutes="1:30", call_minutes="30")
    filled.fill(captain="1", host="2", charter="$400", discount="50").submit()

    tour = store.read(ctx).kinds[1]
    assert (tour.id, tour.minutes, tour.call_minutes) == ("tour", 90, 30)
    assert tour.positions == {"captain": 1, "host": 2}
    assert tour.price_lines == {"charter": 40000, "discount": -5000}
    back = admin.see("/scc/settings/kinds/tour").form("/tour").values
    assert (back["minutes"], back["charter"], back["discount"]) == (["90"], ["400"], ["50"])


WRONG: dict[str, tuple[str, dict[str, str], str]] = {
    "no name": ("boats", {"name": " ", "limit": "6"}, "Enter a name"),
    "no letter in it": ("boats", {"name": "–!–"}, "Enter a name"),
    "limit 0": ("boats", {"name": "A", "limit": "0"}, "whole number from 1 to 500"),
    "below 0": ("boats", {"name": "A", "limit": "-6"}, "whole number from 1 to 500"),
    "half a guest": ("boats", {"name": "A", "limit": "6.5"}, "whole number from 1 to 500"),
    "other figures": ("boats", {"name": "A", "limit": "٦"}, "whole number from 1 to 500"),
    "far too many": ("boats", {"name": "A", "limit": "9" * 400}, "whole number from 1 to 500"),
    "no crew": ("boats", {"name": "A", "least_crew": "0"}, "whole number from 1 to 12"),
    "no map": ("docks", {"name": "A", "map_url": "javascript:alert(1)"}, "starts with https://"),
    "a map with a blank": ("docks", {"name": "A", "map_url": "https://a b"}, "https://"),
    "no time": ("kinds", {"name": "A", "minutes": "0"}, "Enter minutes"),
    "two days": ("kinds", {"name": "A", "minutes": "48:00"}, "Enter minutes"),
    "nobody aboard": ("kinds", {"name": "A", "captain": "0"}, "at least one position"),
    "all discounted": ("kinds", {"name": "A", "charter": "50", "discount": "50"}, "discount"),
    "two lines": ("about", {"name": "A\nB"}, "line breaks"),
    "a long sentence": ("pay", {"other": "a" * 501}, "at most 500"),
}


@pytest.mark.parametrize(("place", "typed", "told"), WRONG.values(), ids=WRONG.keys())
def test_what_may_not_be_said_comes_back_as_typed(
    admin: PageClient, ctx: Context, place: str, typed: dict[str, str], told: str
) -> None:
    answer = form(admin, place).fill(**typed).submit()

    assert answer.status_code == 422
    assert told in admin.page.text
    assert store.read(ctx).version == 0
    back = admin.page.form(f"/{place}").values
    assert {name: back[name][0].replace("\r", "") for name in typed} == typed


SCRIPT = '"><script>alert(1)</script>'


def pages_with_names(admin: PageClient) -> Iterator[str]:
    for path in ("settings", "settings/docks/script-alert-1-script", "events/new"):
        admin.see(f"/scc/{path}")
        yield admin.page.response.get_data(as_text=True)


def test_a_script_in_a_name_is_a_name(admin: PageClient, ctx: Context) -> None:
    docks = [Dock("script-alert-1-script", SCRIPT), Dock("b", "B")]
    items = [{"id": dock.id, "name": dock.name, "map_url": ""} for dock in docks]
    boats = [Boat("a", SCRIPT), Boat("b", "B")]
    given.boats(ctx, *boats)
    ctx.db.write(store.change(store.read(ctx), docks=items, name=SCRIPT))

    assert all("<script>alert" not in page for page in pages_with_names(admin))


def test_what_is_not_there_is_not_found(admin: PageClient) -> None:
    for path in ("boats/flying-dutchman", "submarines", "docks/"):
        admin.see(f"/scc/settings/{path}", status=404)

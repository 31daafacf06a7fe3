"""Who answers, and who has the place."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scc.context import Context
from scc.errors import NotFound
from scc.events.model import Event
from scc.staff import store as staff
from scc.staff.model import Person
from scc.tables import EVENTS
from tests.crew.acts import (
    as_it_is,
    asked,
    link,
    names_on,
    on,
    person,
    press_answer,
    sail_to_come,
    says,
)
from tests.emulator import Clock
from tests.hooks import writes
from tests.page import PageClient


def test_the_first_yes_has_the_place_and_the_other_is_told(ctx: Context, event: Event) -> None:
    kim, bo = person(ctx), person(ctx, "Bo Diaz")
    asked(ctx, event, kim, bo)

    assert [says(ctx, event, who) for who in (kim, bo)] == ["on", "taken"]
    assert names_on(ctx, event) == ["Kim Lind"]


def test_of_eight_at_once_one_has_it_and_seven_are_told(ctx: Context, event: Event) -> None:
    crew = [person(ctx, f"Sailor {n}", email="") for n in range(8)]
    asked(ctx, event, *crew)

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(lambda who: says(ctx, event, who), crew))

    assert sorted(outcomes) == ["on", *["taken"] * 7]
    assert len(on(ctx, event)) == 1


def test_older_clients_go_on_reading_the_names(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)

    assert as_it_is(ctx, event).item["crew"] == ["Kim Lind"]


def test_whom_the_older_tool_leaves_out_is_off(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    ctx.db.client.update_item(
        TableName=ctx.db.name(EVENTS),
        Key={"event_id": {"S": event.slug}, "timestamp": {"N": str(event.timestamp)}},
        UpdateExpression="SET crew = :c",
        ExpressionAttributeValues={":c": {"L": [{"S": "Dee"}]}},
    )

    assert [(one.name, one.position) for one in on(ctx, event)] == [("Dee", "")]


def test_a_second_yes_changes_nothing(ctx: Context, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    says(ctx, event, kim)
    with writes(ctx.db.client) as written:
        assert says(ctx, event, kim) == "on"

    assert written == []


def test_who_drops_out_opens_the_place_again(ctx: Context, event: Event) -> None:
    kim, bo = person(ctx), person(ctx, "Bo Diaz")
    asked(ctx, event, kim, bo)
    says(ctx, event, kim)
    says(ctx, event, bo)

    assert says(ctx, event, kim, "no") == "gone"
    assert says(ctx, event, bo) == "on"
    assert names_on(ctx, event) == ["Bo Diaz"]


def test_opening_the_link_changes_nothing(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    with writes(ctx.db.client) as written:
        page = client.see(link(ctx, event, kim))
        client.head(link(ctx, event, kim))

    assert written == []
    assert page.heading == "Can you come as captain?"


def test_its_button_answers(ctx: Context, client: PageClient, event: Event, kim: Person) -> None:
    asked(ctx, event, kim)
    client.see(link(ctx, event, kim))
    answer = press_answer(client, "captain")

    assert client.page.heading == "You are on as captain"
    assert names_on(ctx, event) == ["Kim Lind"]
    assert "Set-Cookie" not in answer.headers


def test_a_link_answers_for_its_person_and_sail_alone(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    other, bo = sail_to_come(ctx, 5), person(ctx, "Bo Diaz")
    for sail in (event, other):
        asked(ctx, sail, kim, bo)
    mine = link(ctx, event, kim)
    key = mine.rpartition("/")[2]
    forged = [
        mine.replace(kim.id, bo.id),
        link(ctx, other, kim).rpartition("/")[0] + "/" + key,
        mine[:-1],
        mine.replace(str(event.timestamp), str(event.timestamp + 1)),
    ]
    with writes(ctx.db.client) as written:
        statuses = [client.post(path, data={"answer": "captain"}).status_code for path in forged]

    assert (statuses, written) == ([404] * 4, [])


def test_who_left_can_answer_no_more(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    ctx.db.write(staff.change(kim, {"left_at": "2026-01-01T00:00:00Z"}))

    assert client.get(link(ctx, event, kim)).status_code == 404


def test_a_post_from_another_site_is_refused(
    ctx: Context, client: PageClient, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    data = {"answer": "captain"}
    answer = client.post(link(ctx, event, kim), data=data, headers={"Sec-Fetch-Site": "cross-site"})

    assert (answer.status_code, names_on(ctx, event)) == (403, [])


def test_a_late_yes_still_has_an_open_place(
    ctx: Context, clock: Clock, event: Event, kim: Person
) -> None:
    asked(ctx, event, kim)
    clock.advance(hours=40)

    assert says(ctx, event, kim) == "on"


def test_who_was_not_asked_cannot_answer(ctx: Context, event: Event, kim: Person) -> None:
    with pytest.raises(NotFound):
        says(ctx, event, kim)

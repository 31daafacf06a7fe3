"""People in and out of the table `state`: one partition, so that the list is read consistently."""

from scc.aws import Change, Item, Put
from scc.context import Context
from scc.errors import NotFound
from scc.staff.model import Person, is_id
from scc.tables import STATE

PARTITION = "staff"


def key(person_id: str) -> Item:
    return {"pk": PARTITION, "sk": person_id}


def everyone(ctx: Context) -> list[Person]:
    """All people by name, those who left too. One query."""
    items = ctx.db.query(STATE, PARTITION, since="p", before="q")
    return sorted(map(Person.from_item, items), key=lambda person: person.name.casefold())


def load(ctx: Context, person_id: str) -> Person:
    """The person, read consistently. Raises NotFound."""
    item = ctx.db.get(STATE, key(person_id)) if is_id(person_id) else None
    if item is None:
        raise NotFound("There is nobody of that number among the staff.")
    return Person.from_item(item)


def put(person: Person) -> Put:
    item: Item = {name: value for name, value in vars(person).items() if value}
    sets: Item = {"roles": sorted(person.roles), "positions": list(person.positions)}
    sets |= {"asked": list(person.asked)} if person.asked else {}
    del item["id"]
    return Put(STATE, {**key(person.id), **item, **sets, "epoch": person.epoch})


def change(
    person: Person, set_: Item, remove: tuple[str, ...] = (), *, ends: bool = False
) -> Change:
    """What the office says of them, if nobody has changed it since it was read.

    `ends`: every session of theirs is over, one too that was opened since they were read.
    """
    return Change(
        STATE,
        key(person.id),
        set={**set_, "version": person.version + 1},
        remove=remove,
        add={"epoch": 1} if ends else {},
        expect={"version": person.version},
    )


def note(
    person: Person,
    set_: Item,
    remove: tuple[str, ...] = (),
    add: dict[str, int] | None = None,
    **expect: object,
) -> Change:
    """A way in that comes or goes; what the office says of them stays, and so does its version."""
    return Change(
        STATE, key(person.id), set=set_, remove=remove, add=add or {}, expect=dict(expect)
    )


def next_epoch(person_id: str) -> Change:
    """Every session of theirs is over. Doubled by a lost answer, it does no harm."""
    return Change(STATE, key(person_id), add={"epoch": 1})


def no_one() -> Change:
    """Written where nobody was found, so that it takes as long as where somebody was."""
    return Change(STATE, {"pk": "nobody", "sk": "tries"}, add={"tries": 1}, must_exist=False)

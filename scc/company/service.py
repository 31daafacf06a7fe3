"""What a person does with the settings: change a part; add, change, retire a dock, boat or kind.

Each is one transaction, on condition that nobody saved anything meanwhile; where somebody did, it
is tried again, as long as they left alone what this person saw.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from scc.audit import store as audit
from scc.audit.model import Origin, fingerprint
from scc.aws import Write, again_when_outdated
from scc.company import store
from scc.company.model import (
    MOST,
    Boat,
    Company,
    Dock,
    Item,
    Kind,
    List,
    Part,
    as_item,
    free_id,
    mark_of,
    offered,
    part_item,
)
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, KeyReused, NotFound, Outdated, Refused

Thing = Dock | Boat | Kind

ONE: dict[List, str] = {"docks": "dock", "boats": "boat", "kinds": "kind of sail"}


def save_part(ctx: Context, part: Part, values: Item, seen: str, origin: Origin) -> None:
    """Change a part; `seen` is its mark as the form's reader saw it.

    Where nothing differs, nothing is written. Raises Outdated where somebody else changed that
    part meanwhile, and Unconfirmed.
    """

    def write(company: Company) -> list[Write] | None:
        now = part_item(company, part)
        if now == values:
            return []
        if mark_of(now) != seen:
            return None
        set_: Item = values if part == "about" else {part: values}
        return [store.change(company, **set_), _record(ctx, part, now, values, origin)]

    _write(ctx, write)


def save_thing(ctx: Context, list_: List, thing: Thing, seen: str, origin: Origin) -> None:
    """Change a dock, boat or kind; as `save_part`. Invalid where another one has its name."""

    def write(company: Company) -> list[Write] | None:
        now = find(company, list_, thing.id)
        if as_item(now) == as_item(thing):
            return []
        if mark_of(as_item(now)) != seen:
            return None
        things = getattr(company, list_)
        _refuse_name(list_, thing.name, [one for one in things if one.id != thing.id])
        record = _record(ctx, f"{list_}/{thing.id}", as_item(now), as_item(thing), origin)
        return [_put(company, list_, thing), record]

    _write(ctx, write)


def add_thing(ctx: Context, list_: List, thing: Thing, key: str, origin: Origin) -> Thing:
    """A new one; its id is made of its name, once. Twice with one key is once.

    Raises Invalid, KeyReused and Unconfirmed.
    """
    print_ = fingerprint({"list": list_, "thing": as_item(thing)})
    made = thing

    def write(company: Company) -> list[Write]:
        nonlocal made
        used = audit.used_key(ctx, key)
        if used:
            if used["fingerprint"] != print_:
                raise KeyReused(f"it added a {ONE[list_]}.")
            made = find(company, list_, used["thing"])
            return []
        things = getattr(company, list_)
        _refuse_name(list_, thing.name, things)
        if len(things) >= MOST:
            raise Invalid({"name": f"There are {MOST} already. Use one that is retired anew."})
        made = replace(thing, id=free_id(thing.name, things))
        items = [*map(as_item, things), as_item(made)]
        return [
            audit.use_key(ctx, key, print_, thing=made.id),
            store.change(company, **{list_: items}),
            _record(ctx, f"{list_}/{made.id}", {}, as_item(made), origin),
        ]

    _write(ctx, write)
    return made


def retire(ctx: Context, list_: List, id_: str, origin: Origin, *, back: bool = False) -> None:
    """Offer it no more, or again: what names it keeps it. Twice is once.

    Raises NotFound; Refused for the only boat or kind that is left.
    """

    def write(company: Company) -> list[Write]:
        thing = find(company, list_, id_)
        if thing.retired is not back:
            return []
        others = [one for one in offered(getattr(company, list_)) if one.id != id_]
        if not back and not others and list_ != "docks":
            raise Refused(f"{thing.name} is the only {ONE[list_]} left. Add another one first.")
        after = replace(thing, retired=not back)
        changes = {"retired": {"from": str(back), "to": str(not back)}}
        part, office = f"{list_}/{id_}", audit.office_partition(ctx)
        record = audit.record(ctx, office, "settings.changed", origin, part=part, changes=changes)
        return [_put(company, list_, after), record]

    _write(ctx, write)


def find(company: Company, list_: List, id_: str) -> Thing:
    """Raises NotFound."""
    things: Sequence[Thing] = getattr(company, list_)
    for thing in things:
        if thing.id == id_:
            return thing
    raise NotFound(f"There is no such {ONE[list_]}.")


def _write(ctx: Context, make: Callable[[Company], list[Write] | None]) -> None:
    """What is made of the settings as they are is written, or made anew; None: it was overtaken."""

    def attempt() -> bool:
        writes = make(store.read(ctx))
        if writes:
            try:
                ctx.db.transact(writes)
            except ConditionFailed as error:
                raise Outdated from error
        return writes is not None

    done = again_when_outdated(attempt)
    store.forget(ctx)
    if not done:
        raise Outdated


def _put(company: Company, list_: List, thing: Thing) -> Write:
    things = [thing if one.id == thing.id else one for one in getattr(company, list_)]
    return store.change(company, **{list_: [*map(as_item, things)]})


def _refuse_name(list_: List, name: str, others: list[Thing]) -> None:
    if name.casefold() in {one.name.casefold() for one in others}:
        raise Invalid({"name": f"There is a {ONE[list_]} of that name, perhaps a retired one."})


def _record(ctx: Context, part: str, before: Item, after: Item, origin: Origin) -> Write:
    changes = {
        name: {"from": _told(before.get(name, "")), "to": _told(after.get(name, ""))}
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    }
    office = audit.office_partition(ctx)
    return audit.record(ctx, office, "settings.changed", origin, part=part, changes=changes)


def _told(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {inner}" for name, inner in value.items())
    return str(value)

"""The steps of an adoption. Each says what it would do, does it, and takes it back.

The older tool may go on writing through all of them: it knows nothing of what is added.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Protocol

import click

from scc import passwords
from scc.aws import ABSENT, Change, Item
from scc.bookings.adopt import adopt
from scc.context import Context
from scc.errors import ConditionFailed
from scc.events.model import adoption
from scc.ops import tables
from scc.ops.adoption.older import Older
from scc.ops.deployment import Deployment
from scc.ops.environment import Unfit, Variables
from scc.ops.reconcile import all_items
from scc.ops.tables import Names
from scc.ops.trouble import Trouble
from scc.ops.variables import change_variables
from scc.tables import EVENTS

Tell = Callable[[str], None]


class Step(Protocol):
    """One step; `plan` only reads, and gives nothing where all is done."""

    def plan(self) -> list[str]: ...
    def apply(self, tell: Tell) -> None: ...
    def undo(self, tell: Tell) -> None: ...


@dataclass(frozen=True)
class Indexes:
    """The indexes that lists read, on the older tool's table; and its protection."""

    client: Any
    names: Names

    def plan(self) -> list[str]:
        return [step.text for step in self._steps()]

    def apply(self, tell: Tell) -> None:
        tables.apply(self.client, self._steps(), tell)

    def undo(self, tell: Tell) -> None:
        """Without its indexes SCC shows nothing; the older tool never read them."""
        tables.drop_indexes(self.client, self.names.of(EVENTS), EVENTS, tell)

    def _steps(self) -> list[tables.Step]:
        own = self.names.of(EVENTS)
        return [step for step in tables.plan(self.client, self.names) if step.table == own]


_ADDED: Final[tuple[str, ...]] = ("month", "starts_at", "open", "matter", "twin")


@dataclass(frozen=True)
class Attributes:
    """What lists find older events by, on the events themselves."""

    ctx: Context

    def plan(self) -> list[str]:
        zone = self.ctx.settings.timezone
        items = list(all_items(self.ctx, EVENTS))
        lacking = sum(any(adoption(item, zone, twin=False)) for item in items)
        return [f"place {lacking} of {len(items)} events in the lists"] if lacking else []

    def apply(self, tell: Tell) -> None:
        tell(str(adopt(self.ctx.db, self.ctx.settings.timezone)))

    def undo(self, tell: Tell) -> None:
        """Take off what was added, where SCC itself has not written since."""
        touched = kept = 0
        for item in all_items(self.ctx, EVENTS):
            if "version" in item:
                kept += 1
            elif surplus := [name for name in _ADDED if name in item]:
                touched += self._take_off(item, surplus)
        tell(f"Taken off {touched} events; {kept} stay as they are, since SCC wrote them.")

    def _take_off(self, item: Item, surplus: list[str]) -> bool:
        key = {name: item[name] for name in ("event_id", "timestamp")}
        expect = {name: item[name] for name in surplus} | {"version": ABSENT}
        try:
            self.ctx.db.write(Change(EVENTS, key, remove=tuple(surplus), expect=expect))
        except ConditionFailed:  # somebody wrote it meanwhile: it is theirs
            return False
        return True


@dataclass(frozen=True)
class Secrets:
    """Secrets by name, from the older function to SCC's. No value is ever told.

    What SCC's function has already stays, but for what `take` names.
    """

    deployment: Deployment
    older: Older
    take: frozenset[str] = frozenset()
    allow_sha256: bool = False

    def plan(self) -> list[str]:
        return list(self._told(self.deployment.function.read().variables))

    def _told(self, now: Variables) -> Iterator[str]:
        for name in self._wanted(now):
            yield f"take {name} over from {self.older.name}"
        for name, value in self.older.secrets.items():
            if now.get(name) not in (None, "", value) and name not in self.take:
                yield f"({name} is another one here, and stays; --take {name} has the older one)"

    def _wanted(self, now: Variables) -> dict[str, str]:
        """What would be set."""
        wanted = {
            name: value
            for name, value in self.older.secrets.items()
            if now.get(name) != value and (not now.get(name) or name in self.take)
        }
        if passwords.is_bare_sha256(wanted.get("ADMIN_PASS_HASH", "")) and self.allow_sha256:
            wanted["SCC_ALLOW_SHA256"] = "1"
        return wanted

    def apply(self, tell: Tell) -> None:
        now = self.deployment.function.read().variables
        wanted = self._wanted(now)
        if not wanted:
            tell("Nothing is to be taken over.")
            return
        self._refuse_bare(wanted)
        earlier = self._kept()  # nearer to how it all was
        self._keep({name: now.get(name) for name in wanted} | earlier)
        try:
            self._put(wanted, frozenset(), tell)
        except Trouble:  # nothing was taken over
            self._keep(earlier)
            raise
        tell(f"Taken over: {', '.join(wanted)}.")

    def undo(self, tell: Tell) -> None:
        """Put back what was there before the first of them was taken over."""
        before = self._kept()
        if not before:
            raise click.ClickException("Nothing was taken over, or it is taken back already.")
        there = {name: value for name, value in before.items() if value is not None}
        self._put(there, frozenset(before.keys() - there.keys()), tell)
        self._keep({})
        tell(f"As they were: {', '.join(sorted(before))}.")

    def _kept(self) -> dict[str, str | None]:
        """What was there before, by name; None: nothing was."""
        archive = self.deployment.kept.archive
        kept = archive.read(self._name)
        if not kept:
            return {}
        return {**dict.fromkeys(kept["names"]), **archive.unseal(kept["before"])}

    def _keep(self, before: dict[str, str | None]) -> None:
        archive = self.deployment.kept.archive
        there = {name: value for name, value in before.items() if value is not None}
        archive.write(self._name, {"names": sorted(before), "before": archive.seal(there)})

    def _refuse_bare(self, wanted: dict[str, str]) -> None:
        if passwords.is_bare_sha256(wanted.get("ADMIN_PASS_HASH", "")) and not self.allow_sha256:
            raise Unfit(
                f"ADMIN_PASS_HASH of {self.older.name} is a bare SHA-256. Set a strong hash of the "
                "same password ('flask --app wsgi secrets rotate "
                f"{self.deployment.stage} ADMIN_PASS_HASH'; clients notice nothing), then repeat "
                "this; or take it as it is for a while with --allow-sha256. Nothing was changed."
            )

    def _put(self, values: dict[str, str], gone: frozenset[str], tell: Tell) -> None:
        def change(now: Variables) -> dict[str, str]:
            left = {name: value for name, value in now.items() if name not in gone}
            return {**left, **values}

        for text in change_variables(self.deployment, [*values, *gone], change):
            tell(f"Still to do: {text}")

    @property
    def _name(self) -> str:
        """Of what was before, in the archive."""
        return f"adoption/{self.deployment.stage}/secrets.json"

"""Releases of a stage in its archive: `releases/<stage>/<id>/record.json` and `package.zip`."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from scc.ops.archive import Archive
from scc.ops.environment import Variables
from scc.ops.releases.record import Record, Standing
from scc.ops.trouble import Trouble


class Meanwhile(Trouble):
    """Somebody else put something on the stage at the same time."""


class Kept:
    """All releases of one stage, and what stands there."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._root = f"releases/{archive.stage}"
        self._standing = f"{self._root}/standing.json"

    def package_of(self, record_id: str) -> str:
        """The name of its zip in the bucket."""
        return f"{self._root}/{record_id}/package.zip"

    def keep(self, record: Record, package: Path | bytes) -> None:
        name = self.package_of(record.id)
        if isinstance(package, bytes):
            self.archive.keep_bytes(name, package)
        else:
            self.archive.keep_file(name, package)
        self.write(record)

    def write(self, record: Record) -> None:
        self.archive.write(f"{self._root}/{record.id}/record.json", record.as_json())

    def find(self, record_id: str) -> Record | None:
        document = self.archive.read(f"{self._root}/{record_id}/record.json")
        return Record.from_json(document) if document else None

    def all(self) -> list[Record]:
        """Oldest first."""
        names = self.archive.names(f"{self._root}/")
        ids = sorted(name.split("/")[2] for name in names if name.endswith("/record.json"))
        return [record for one in ids if (record := self.find(one))]

    # What stands there

    def standing(self) -> Standing:
        return _standing(self.archive.read(self._standing))

    def begin(self, record_id: str, seen: Standing) -> None:
        """Note that this release is under way. Raises Meanwhile where another was since `seen`."""

        def change(now: Standing, _: str) -> Standing:
            if now.begun != record_id and (now.live, now.begun) != (seen.live, seen.begun):
                raise Meanwhile(
                    f"Meanwhile {now.begun or now.live} was put on {self.archive.stage}. Nothing "
                    "was changed now: see 'flask --app wsgi release list "
                    f"{self.archive.stage}', and run this again."
                )
            return dataclasses.replace(now, begun=record_id)

        self._change(change)

    def end(self, record_id: str, variables: Variables) -> None:
        """Note that this release is there, with these variables. Raises Meanwhile."""
        sealed = self.archive.seal(variables)

        def change(now: Standing, at: str) -> Standing:
            if record_id not in (now.begun, now.live):
                raise Meanwhile(
                    f"While {record_id} was under way, {now.begun or now.live} was put on "
                    f"{self.archive.stage}. So what answers is not known, and nothing is put "
                    f"back: see 'flask --app wsgi doctor {self.archive.stage}'."
                )
            return _stands(now, record_id, at, sealed)

        self._change(change)

    def stand(self, live: str, variables: Variables) -> None:
        """Note that this release is there, whatever is under way: that then ends by Meanwhile."""
        sealed = self.archive.seal(variables)
        self._change(lambda now, at: _stands(now, live, at, sealed))

    def note_secrets(self, names: Sequence[str], variables: Variables) -> None:
        """Note that a command changed these, and what all variables are now."""
        sealed = self.archive.seal(variables)

        def change(now: Standing, at: str) -> Standing:
            changed = {**now.changed, **dict.fromkeys(names, at)}
            return dataclasses.replace(now, environment=sealed, changed=changed)

        self._change(change)

    def _change(self, change: Callable[[Standing, str], Standing]) -> None:
        self.archive.change(
            self._standing, lambda found, at: dataclasses.asdict(change(_standing(found), at))
        )


def _standing(document: Any) -> Standing:
    return Standing(**document) if document else Standing()


def _stands(now: Standing, live: str, at: str, environment: Mapping[str, str]) -> Standing:
    return dataclasses.replace(now, live=live, since=at, begun="", environment=environment)

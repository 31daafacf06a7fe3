"""Releases of a stage in its archive: `releases/<stage>/<id>/record.json` and `package.zip`."""

import dataclasses
from pathlib import Path

from scc.ops.archive import Archive
from scc.ops.environment import Variables
from scc.ops.releases.record import Record, Standing, now_text


class Kept:
    """All releases of one stage, and what stands there."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self._root = f"releases/{archive.stage}"

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

    def standing(self) -> Standing:
        document = self.archive.read(f"{self._root}/standing.json")
        return Standing(**document) if document else Standing()

    def stand(self, live: str, variables: Variables) -> None:
        """Note that this release is there now, with these variables."""
        self._write(
            dataclasses.replace(
                self.standing(),
                live=live,
                since=now_text(),
                environment=self.archive.seal(variables),
            )
        )

    def note_secrets(self, names: list[str], variables: Variables) -> None:
        """Note that a command changed these, and what all variables are now."""
        standing = self.standing()
        changed = {**standing.changed, **dict.fromkeys(names, now_text())}
        self._write(
            dataclasses.replace(standing, environment=self.archive.seal(variables), changed=changed)
        )

    def _write(self, standing: Standing) -> None:
        self.archive.write(f"{self._root}/standing.json", dataclasses.asdict(standing))

"""Backups of a stage's tables, restored beside what stands: nothing is ever written over.

Point-in-time recovery goes back 35 days; a backup made by hand stays until somebody deletes it.
Both restore into a new table (DynamoDB developer guide, "Restoring a DynamoDB table").
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from scc.audit.model import iso
from scc.context import utc_now
from scc.ops.trouble import Trouble

Tell = Callable[[str], None]
_WAIT_SECONDS: Final = 6 * 3600
"""A restore takes some twenty minutes at the least, on AWS."""


class NotRestored(Trouble):
    """Nothing was restored, or not within the time; `str(error)` says what to do."""


@dataclass(frozen=True)
class Window:
    """The moments that a table can be restored to."""

    earliest: datetime
    latest: datetime

    def __str__(self) -> str:
        return f"any second from {iso(self.earliest)} to {iso(self.latest)}"


def window(client: Any, table: str) -> Window | None:
    """None where point-in-time recovery is off, or there is no such table."""
    try:
        found = client.describe_continuous_backups(TableName=table)
    except (
        client.exceptions.TableNotFoundException,
        client.exceptions.ResourceNotFoundException,
    ):
        return None
    recovery = found["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if recovery.get("PointInTimeRecoveryStatus") != "ENABLED":
        return None
    return Window(recovery["EarliestRestorableDateTime"], recovery["LatestRestorableDateTime"])


def make(client: Any, table: str) -> str:
    """Make a backup of a table, and wait for it; gives its ARN."""
    name = f"{table}-{utc_now().strftime('%Y%m%dT%H%M%SZ')}"
    arn: str = client.create_backup(TableName=table, BackupName=name)["BackupDetails"]["BackupArn"]
    _until(lambda: _is_available(client, arn), f"the backup {name} is not ready")
    return arn


def kept(client: Any, table: str) -> list[dict[str, Any]]:
    """Backups of a table, oldest first: also what DynamoDB made as the table was deleted."""
    pages = client.get_paginator("list_backups").paginate(TableName=table, BackupType="ALL")
    found = [one for page in pages for one in page["BackupSummaries"]]
    return sorted(found, key=lambda one: str(one["BackupCreationDateTime"]))


def begin_restore(
    client: Any, target: str, *, source: str = "", at: datetime | None = None, backup: str = ""
) -> None:
    """Have DynamoDB make `target` out of a backup, or out of `source` as it was.

    Raises NotRestored where `target` stands.
    """
    try:
        if backup:
            client.restore_table_from_backup(TargetTableName=target, BackupArn=backup)
        else:
            moment = {"RestoreDateTime": at} if at else {"UseLatestRestorableTime": True}
            client.restore_table_to_point_in_time(
                SourceTableName=source, TargetTableName=target, **moment
            )
    except client.exceptions.TableAlreadyExistsException as error:
        raise NotRestored(
            f"{target} stands already; give another name. Nothing was done."
        ) from error


def wait_for(client: Any, table: str) -> None:
    """Until the table can be read."""
    _until(lambda: _is_active(client, table), f"{table} is not there")


def exists(client: Any, table: str) -> bool:
    try:
        client.describe_table(TableName=table)
    except client.exceptions.ResourceNotFoundException:
        return False
    return True


def _is_available(client: Any, arn: str) -> bool:
    found = client.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]
    return bool(found["BackupStatus"] == "AVAILABLE")


def _is_active(client: Any, table: str) -> bool:
    found = client.describe_table(TableName=table)["Table"]
    indexes = found.get("GlobalSecondaryIndexes", [])
    return {found["TableStatus"], *(one["IndexStatus"] for one in indexes)} == {"ACTIVE"}


def _until(is_so: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + _WAIT_SECONDS
    pause = 0.2
    while not is_so():
        if time.monotonic() > until:
            raise NotRestored(f"After {_WAIT_SECONDS // 3600} hours {otherwise}. Look in a while.")
        time.sleep(pause)
        pause = min(pause * 2, 20)

"""Every table and index, declared once: stores, tests and provisioning read it."""

from dataclasses import dataclass
from typing import Literal

KeyType = Literal["S", "N"]


@dataclass(frozen=True)
class Key:
    name: str
    type: KeyType = "S"


@dataclass(frozen=True)
class Index:
    name: str
    partition: Key
    sort: Key


@dataclass(frozen=True)
class Table:
    """`written_once`: the app's role may put into it and read it, nothing else."""

    name: str
    partition: Key
    sort: Key
    indexes: tuple[Index, ...] = ()
    ttl: str = ""
    written_once: bool = False


BY_MONTH = Index("by_month", Key("month"), Key("starts_at"))
BY_OPEN = Index("by_open", Key("open"), Key("starts_at"))
BY_MATTER = Index("by_matter", Key("matter"), Key("starts_at"))
BY_DAY = Index("by_day", Key("day"), Key("at"))
BY_RECEIVED = Index("by_received", Key("month"), Key("received"))
BY_DUE = Index("by_due", Key("queue"), Key("due", "N"))

EVENTS = Table(
    "events",
    Key("event_id"),
    Key("timestamp", "N"),
    indexes=(BY_MONTH, BY_OPEN, BY_MATTER),
)
LEDGER = Table("ledger", Key("pk"), Key("sk"), indexes=(BY_DAY, BY_RECEIVED), written_once=True)
WAIVERS = Table("waivers", Key("pk"), Key("sk"), written_once=True)
STATE = Table("state", Key("pk"), Key("sk"), indexes=(BY_DUE,), ttl="expires")

TABLES = (EVENTS, LEDGER, WAIVERS, STATE)


def table_name(table: Table, events_table: str, prefix: str) -> str:
    """The table's name in AWS."""
    return events_table if table is EVENTS else f"{prefix}{table.name}"

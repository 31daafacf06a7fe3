"""Versions of the text in and out of the table `waivers`."""

from pathlib import Path

from scc.audit import store as audit
from scc.aws import Put
from scc.context import Context
from scc.tables import WAIVERS
from scc.texts.model import LANGUAGES, PARTITION, Version, text_key

_SAMPLE = Path(__file__).with_name("sample")


def current(ctx: Context) -> Version | None:
    """The version that guests sign now; None while none was published."""
    found = ctx.db.query(WAIVERS, PARTITION, forward=False, limit=1)
    return Version.from_item(found[0]) if found else None


def numbered(ctx: Context, number: int) -> Version | None:
    item = ctx.db.get(WAIVERS, {"pk": PARTITION, "sk": text_key(number)})
    return Version.from_item(item) if item else None


def put(ctx: Context, version: Version) -> Put:
    return audit.waiver_row(ctx, version.item())


def sample() -> dict[str, str]:
    """A plain text to start from, in each language, marked as a sample."""
    return {name: (_SAMPLE / f"{name}.txt").read_text(encoding="utf-8") for name in LANGUAGES}

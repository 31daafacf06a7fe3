"""What apply found, kept where undo finds it again from any machine: the packages' bucket.

An object a change, `edge/<distribution>/<moment>.json`. Headers' values are left out: they are
secrets, and the edge must send today's after a rotation.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from scc.ops.edge.live import Aws, Live, snapshot
from scc.ops.edge.wanted import Document
from scc.ops.function import moment_of


@dataclass(frozen=True)
class Kept:
    """A distribution as it was before a change."""

    distribution: str
    at: str
    """ISO 8601, UTC."""
    etag: str
    change: tuple[str, ...]
    """What was then changed, in words."""
    dropped: tuple[str, ...]
    """Others' behaviours that came out."""
    config: Document = field(repr=False)
    undone_at: str = ""

    @property
    def name(self) -> str:
        return f"edge/{self.distribution}/{self.at}.json"


def keep(aws: Aws, live: Live, change: tuple[str, ...], dropped: tuple[str, ...] = ()) -> Kept:
    """Keep the distribution as it is, before it is changed."""
    kept = Kept(live.id, _now(aws), live.etag, change, dropped, snapshot(live))
    _write(aws, kept)
    return kept


def forget(aws: Aws, kept: Kept) -> None:
    """Nothing was changed after all."""
    aws.s3.delete_object(Bucket=aws.bucket, Key=kept.name)


def undone(aws: Aws, kept: Kept) -> None:
    """Note that it was put back, so that the next undo goes further back."""
    _write(aws, replace(kept, undone_at=_now(aws)))


def newest_first(aws: Aws, distribution: str) -> Iterator[Kept]:
    """What was kept and not put back since."""
    pages = aws.s3.get_paginator("list_objects_v2").paginate(
        Bucket=aws.bucket, Prefix=f"edge/{distribution}/"
    )
    names = [one["Key"] for page in pages for one in page.get("Contents", [])]
    for name in sorted(names, reverse=True):
        text = aws.s3.get_object(Bucket=aws.bucket, Key=name)["Body"].read()
        kept = _parse(json.loads(text))
        if not kept.undone_at:
            yield kept


def _parse(found: dict[str, Any]) -> Kept:
    lists = {name: tuple(found[name]) for name in ("change", "dropped")}
    return Kept(**found | lists)


def _write(aws: Aws, kept: Kept) -> None:
    aws.s3.put_object(
        Bucket=aws.bucket,
        Key=kept.name,
        Body=json.dumps(asdict(kept), default=str).encode(),
        ContentType="application/json",
    )


def _now(aws: Aws) -> str:
    """By AWS's clock, since undo goes by the order of these, whoever changed what from where."""
    return moment_of(aws.s3.head_bucket(Bucket=aws.bucket))

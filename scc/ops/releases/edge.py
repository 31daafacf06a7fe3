"""What a release needs of the edge: what it does for one stage, and to have it done again."""

from collections.abc import Callable, Mapping
from typing import Any

from scc.ops.deployment import Deployment
from scc.ops.edge import change
from scc.ops.edge.back import restoring
from scc.ops.edge.live import Aws, Live, connect, origins, read, sent_secret, snapshot, taken_by
from scc.ops.edge.plan import Refused
from scc.ops.edge.wanted import BEHAVIORS

Saved = Mapping[str, Any]


class StageEdge:
    """The distribution at a stage's public address, as far as it serves that stage."""

    def __init__(self, deployment: Deployment, distribution: str, aws: Aws) -> None:
        self.id = distribution
        self._stage = deployment.stage
        self._prefix = deployment.prefix
        self._paths = [one.path for one in BEHAVIORS if one.stage == deployment.stage]
        self._aws = aws

    @property
    def domain(self) -> str:
        """CloudFront's own name for it."""
        return self._read().domain

    @property
    def sends(self) -> str:
        """What it proves itself with to this stage; empty where nothing leads there."""
        name = f"scc-{self._stage}"
        origin = origins(self._read().config).get(name)
        return sent_secret(origin) if origin else ""

    def leads_here(self) -> Callable[[str], bool]:
        """Whether a path is to be asked for at the edge: it leads here, or all of it should.

        Paths are cut over one at a time; once the pages are, none may lead elsewhere.
        """
        config, name = self._read().config, f"scc-{self._stage}"

        def leads(path: str) -> bool:
            return bool(taken_by(config, path)["TargetOriginId"] == name)

        whole = leads(f"{self._prefix}/scc/")
        return lambda path: whole or leads(path)

    def saved(self) -> Saved:
        """What it does now, fit to be kept: no secret is in it."""
        return snapshot(self._read())

    def differences(self, saved: Saved | None) -> list[str]:
        """What would have it do for this stage what it did when that was saved, in words."""
        if saved is None:
            return []
        try:
            return list(restoring(self._read(), dict(saved), self._paths).differences)
        except Refused as error:
            return [str(error)]

    def restore(self, saved: Saved | None, tell: Callable[[str], None]) -> None:
        """Have it do so, with the secret that the stage takes today. Waits. Raises Refused."""
        if saved is None:
            return
        planned = restoring(self._read(), dict(saved), self._paths)
        if not planned.is_empty:
            change.restore(self._aws, planned, tell)

    def invalidate(self) -> None:
        """Have it forget what it still keeps of this stage from before. Waits. Raises Unsure."""
        change.invalidate(self._aws, self.id, tuple(self._paths))

    def _read(self) -> Live:
        return read(self._aws, self.id)


def find(deployment: Deployment) -> StageEdge | None:
    """By the host of the public address, which it has as an alias; None where none leads here."""
    aws = connect()
    for page in aws.cloudfront.get_paginator("list_distributions").paginate():
        for item in page["DistributionList"].get("Items", []):
            ours = f"scc-{deployment.stage}" in (one["Id"] for one in item["Origins"]["Items"])
            if ours and deployment.host in item.get("Aliases", {}).get("Items", []):
                return StageEdge(deployment, item["Id"], aws)
    return None

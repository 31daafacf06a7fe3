"""Looking at a stage from outside after a change, and going back to a release that is kept.

Whatever stands there without being a release is kept first: nothing that somebody set is lost.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field

from botocore.exceptions import BotoCoreError, ClientError

from scc.ops.deployment import Deployment
from scc.ops.edge.change import Unsure
from scc.ops.edge.live import Lost
from scc.ops.edge.plan import Refused
from scc.ops.environment import SECRETS, Variables, differences, going_back, refuse_too_much
from scc.ops.function import Live
from scc.ops.releases import compare, edge
from scc.ops.releases.edge import StageEdge
from scc.ops.releases.logs import errors_since
from scc.ops.releases.outside import NotReached, Outside
from scc.ops.releases.record import Outcome as Came
from scc.ops.releases.record import Record, new_id
from scc.ops.releases.smoke import Outcome, smoke_test

Tell = Callable[[str], None]


def look(
    deployment: Deployment,
    here: StageEdge | None,
    live: Live,
    password: str | None,
) -> Outcome:
    """What somebody outside finds after a change, and what the log says of it since then.

    What could not be looked at has not passed.
    """
    outcome = Outcome()
    try:
        if here is not None:
            here.invalidate()
        outcome = smoke_test(Outside(deployment, here, live.variables), password)
        wrong = errors_since(live, outcome.request_id)
    except (Lost, NotReached, Unsure, BotoCoreError, ClientError) as error:
        outcome.failed.append(f"it could not be looked at: {type(error).__name__}")
        return outcome
    if wrong:
        outcome.failed += [f"the log: {line}" for line in wrong]
    elif outcome.request_id:
        outcome.passed.append("no error is in the log since then")
    return outcome


def tell_outcome(outcome: Outcome, tell: Tell) -> None:
    for line in outcome.passed:
        tell(f"  passed: {line}")
    for line in outcome.failed:
        tell(f"  FAILED: {line}")


@dataclass(frozen=True)
class WayBack:
    """What going back to a release would change."""

    variables: Variables = field(repr=False)
    lines: tuple[str, ...]


def way_back(deployment: Deployment, record: Record, here: StageEdge | None) -> WayBack:
    """What would change, in words. Reads only."""
    kept, live = deployment.kept, deployment.function.read()
    standing = kept.standing()
    known = kept.archive.unseal(standing.environment) if standing.environment else {}
    rotated = standing.rotated_since(record.made_at)
    steady = _by_commands(live.variables, known, rotated)
    variables = going_back(kept.archive.unseal(record.environment), steady, rotated)
    refuse_too_much(variables)
    lines = []
    if deployment.function.served_code() != record.code_sha256:
        lines.append(f"code: that of {record.commit[:8] or record.id}")
    for name, value in record.configuration.items():
        if live.configuration.get(name) != value:
            lines.append(f"configuration: {name} becomes {value}")
    lines += [f"environment: {line}" for line in differences(live.variables, variables)]
    lines += [
        f"environment: {name} stays as it is, since it was changed by a command after that"
        for name in sorted(rotated & SECRETS.keys())
    ]
    if here is not None:
        lines += [f"edge: {line}" for line in here.differences(record.edge)]
    return WayBack(variables, tuple(lines))


def _by_commands(now: Variables, known: Variables, rotated: set[str]) -> dict[str, str]:
    """What was rotated as the command left it: a hand since then does not undo the rotation.

    Of seal keys what stands: none is taken away.
    """
    changed = rotated - {"SCC_SEAL_KEYS"}
    left = {name: value for name, value in now.items() if name not in changed}
    return left | {name: known[name] for name in changed if name in known}


def put_back(deployment: Deployment, record: Record, password: str | None, tell: Tell) -> Outcome:
    """Code, environment and edge of a kept release, as one; gives what somebody outside finds.

    Where the edge does not follow, that is among what was found.
    """
    here = edge.find(deployment)
    way = way_back(deployment, record, here)
    _keep_what_no_release_has(deployment, here, tell)
    for line in way.lines:
        tell(f"  {line}")
    kept = deployment.kept
    live = deployment.function.put_back(
        deployment.bucket, kept.package_of(record.id), record.configuration, way.variables
    )
    kept.stand(record.id, live.variables)
    trouble = []
    if here is not None:
        try:
            here.restore(record.edge, tell)
        except (Lost, Refused, Unsure) as error:
            trouble = [f"the edge: {error}"]
        except (BotoCoreError, ClientError) as error:
            trouble = [f"the edge is not as it was: {type(error).__name__}"]
    outcome = look(deployment, here, live, password)
    outcome.failed[:0] = trouble
    return outcome


def keep_found(deployment: Deployment, here: StageEdge | None, outcome: Came) -> Record:
    """Keep what stands there, and is no release: the code that answers, and all else as it is."""
    function, kept = deployment.function, deployment.kept
    live = function.read()
    moment = live.changed_at
    found = Record(
        id=new_id(moment, "found"),
        stage=deployment.stage,
        outcome=outcome,
        made_at=moment,
        by="",
        commit="",
        digest="",
        code_sha256=function.served_code(),
        configuration=live.configuration,
        environment=kept.archive.seal(live.variables),
        names=tuple(sorted(live.variables)),
        edge=here.saved() if here else None,
    )
    if outcome == "left" and (before := kept.find(found.id)):
        return before  # kept already, and perhaps the very goal
    kept.keep(found, function.package())
    return found


def _keep_what_no_release_has(deployment: Deployment, here: StageEdge | None, tell: Tell) -> None:
    """As `left`: it is the goal of no later way back but one that names it."""
    kept, standing = deployment.kept, deployment.kept.standing()
    last = kept.find(standing.live) if standing.live else None
    if last is None:
        return
    known = kept.archive.unseal(standing.environment)
    live, served = deployment.function.read(), deployment.function.served_code()
    if compare.of_function(live, served, last, known):
        found = keep_found(deployment, here, "left")
        tell(f"What stands there is no release; it is kept as {found.id}.")


def note_way(deployment: Deployment, left: str, record: Record, outcome: Outcome) -> None:
    """What somebody went back from is no goal of a later way back; what they came to is."""
    before = deployment.kept.find(left) if left else None
    if before is not None and record.id < left and before.can_be_put_back:
        deployment.kept.write(dataclasses.replace(before, outcome="left"))
    if record.outcome == "left" and not outcome.failed:
        deployment.kept.write(dataclasses.replace(record, outcome="passed"))

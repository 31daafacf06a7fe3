"""Carry out a plan: with the distribution's ETag, what was found kept first, and wait."""

import copy
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from scc.ops.edge import kept as keeping
from scc.ops.edge.back import restoring
from scc.ops.edge.kept import Kept
from scc.ops.edge.live import Aws, Live, behaviors, forwarding_policies, patterns
from scc.ops.edge.plan import BY_NAME, Plan, Refused
from scc.ops.edge.wanted import Document, listed
from scc.ops.trouble import Trouble

Tell = Callable[[str], None]


class Unsure(Trouble):
    """The change was sent or made, and is not seen everywhere; `str(error)` says what to do."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for CloudFront, which takes some minutes."""

    minutes: float = 30
    pause: float = 20
    """Seconds between two questions."""

    @property
    def questions(self) -> int:
        return max(1, round(self.minutes * 60 / self.pause))


PATIENT = Patience()

FROM_APPLY: Final = "`flask edge undo` puts back what the last change found."


def from_undo(only: tuple[str, ...] = ()) -> str:
    """Where one goes from an undo that was made; it counts, so the next one goes further back."""
    anew = "`flask edge apply` makes the change anew."
    return anew if only else f"{anew} Another `flask edge undo` would go further back."


def apply(
    aws: Aws, live: Live, planned: Plan, tell: Tell, patience: Patience = PATIENT
) -> Kept | None:
    """Make the change, and wait until it is everywhere. Gives what was kept of before.

    Raises Refused, with nothing changed: for a plan with obstacles, and where somebody changed the
    distribution since it was read. Raises Unsure.
    """
    if planned.obstacles:
        raise Refused(f"{'. '.join(planned.obstacles)}. Nothing was changed.")
    if planned.is_empty:
        return None
    ids = {policy["Name"]: _policy_id(aws, policy) for policy in planned.policies}
    config = _with_policies(planned.config, ids)
    dropped = tuple(one["PathPattern"] for one in planned.dropped)
    kept = keeping.keep(aws, live, planned.differences, dropped)
    tell(f"What was found is kept: s3://{aws.bucket}/{kept.name}")
    try:
        _update(aws, planned, config)
    except Refused:
        keeping.forget(aws, kept)
        raise
    _spread(aws, planned, tell, patience, FROM_APPLY)
    return kept


def undo(
    aws: Aws, live: Live, tell: Tell, only: tuple[str, ...] = (), patience: Patience = PATIENT
) -> Plan:
    """Put back what the last change found; the next undo goes further back.

    With `only`, these paths alone, and the change still counts as made. Raises Refused, Unsure.
    """
    for kept in keeping.newest_first(aws, live.id):
        planned = restoring(live, kept.config, only, kept.dropped)
        if planned.is_empty:  # as where a change was begun and never made
            if not only:
                keeping.undone(aws, kept)
            continue
        tell(f"As it was on {kept.at}, before: {'; '.join(kept.change)}")
        for text in planned.differences:
            tell(f"  {text}")
        _update(aws, planned, planned.config)
        if not only:  # noted before the wait: broken off there, the next undo goes no further
            keeping.undone(aws, kept)
        _spread(aws, planned, tell, patience, from_undo(only))
        return planned
    raise Refused("No configuration is kept that differs from what stands. Nothing was changed.")


def restore(aws: Aws, planned: Plan, tell: Tell, patience: Patience = PATIENT) -> None:
    """Make a change that leads back; nothing is kept, since it is one that was. Raises as apply."""
    _update(aws, planned, planned.config)
    _spread(aws, planned, tell, patience, way_back="")


def _policy_id(aws: Aws, policy: Document) -> str:
    """The policy's id, made where it lacks. Its name says what is in it, so one is as another."""
    client = aws.cloudfront
    try:
        made = client.create_origin_request_policy(OriginRequestPolicyConfig=policy)
    except client.exceptions.OriginRequestPolicyAlreadyExists:  # by a repeated request, too
        known = forwarding_policies(client)
        return next(id_ for id_, name in known if name == policy["Name"])
    return str(made["OriginRequestPolicy"]["Id"])


def _with_policies(config: Document, ids: dict[str, str]) -> Document:
    config = copy.deepcopy(config)
    for one in behaviors(config):
        policy = one.get("OriginRequestPolicyId", "")
        if policy.startswith(BY_NAME):
            one["OriginRequestPolicyId"] = ids[policy.removeprefix(BY_NAME)]
    return config


def _update(aws: Aws, planned: Plan, config: Document) -> None:
    """Send it. An answer that was lost is told from a change by somebody else."""
    client = aws.cloudfront
    try:
        client.update_distribution(Id=planned.id, IfMatch=planned.etag, DistributionConfig=config)
    except client.exceptions.PreconditionFailed as error:
        if _stands(aws, planned.id, config):
            return
        raise Refused(
            "Somebody changed the distribution since it was read. Nothing was changed now: plan "
            "again, and look at what is different."
        ) from error
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise _no_answer(error) from error
        raise Refused(f"CloudFront refused the change, so nothing was changed: {error}") from error
    except BotoCoreError as error:
        raise _no_answer(error) from error


def _no_answer(error: Exception) -> Unsure:
    return Unsure(
        f"No answer came to the change ({error}). Plan again: it says whether it was made."
    )


def _stands(aws: Aws, distribution: str, config: Document) -> bool:
    """Whether our own change was made, and its answer lost: the request was then sent again."""
    found = aws.cloudfront.get_distribution_config(Id=distribution)["DistributionConfig"]
    same_order = patterns(behaviors(found)) == patterns(behaviors(config))
    parts = ("CacheBehaviors", "Origins", "CustomErrorResponses")
    return same_order and all(_holds(found.get(part), config.get(part)) for part in parts)


def _holds(found: Any, sent: Any) -> bool:
    """Whether all that was sent is there: CloudFront adds defaults, and has its own order."""
    if isinstance(sent, dict):
        return isinstance(found, dict) and all(
            _holds(found.get(name), value) for name, value in sent.items()
        )
    if isinstance(sent, list):
        return (
            isinstance(found, list)
            and len(found) == len(sent)
            and all(any(_holds(one, value) for one in found) for value in sent)
        )
    return bool(found == sent or (not found and not sent))


def _spread(aws: Aws, planned: Plan, tell: Tell, patience: Patience, way_back: str) -> None:
    """Wait until the change is everywhere; then have forgotten what was kept under other rules."""
    tell("Changed. Waiting until all of CloudFront has it …")
    late = (
        f"After {patience.minutes:g} minutes not yet all of CloudFront has the change. When `flask "
        "edge prove` shows that it has, `flask edge forget` clears what was kept under the old "
        f"rules. {way_back}"
    )
    _wait(aws, "distribution_deployed", patience, late.rstrip(), Id=planned.id)
    if planned.paths:
        tell(f"Having CloudFront forget {', '.join(planned.paths)} …")
        invalidate(aws, planned.id, planned.paths, patience)


def invalidate(
    aws: Aws, distribution: str, paths: tuple[str, ...], patience: Patience = PATIENT
) -> None:
    """Have CloudFront forget what it keeps under these paths, and wait. Raises Unsure."""
    batch = {"Paths": listed(list(paths)), "CallerReference": str(uuid.uuid4())}
    try:
        made = aws.cloudfront.create_invalidation(
            DistributionId=distribution, InvalidationBatch=batch
        )["Invalidation"]
    except (ClientError, BotoCoreError) as error:
        raise Unsure(_may_keep(paths, str(error))) from error
    late = _may_keep(paths, f"after {patience.minutes:g} minutes")
    where = {"DistributionId": distribution, "Id": made["Id"]}
    _wait(aws, "invalidation_completed", patience, late, **where)


def _may_keep(paths: tuple[str, ...], why: str) -> str:
    return (
        f"CloudFront may still keep what it had under {', '.join(paths)} ({why}). "
        "`flask edge forget` asks it again."
    )


def _wait(aws: Aws, name: str, patience: Patience, late: str, **request: str) -> None:
    """Raise Unsure with the words `late` where it takes longer than that."""
    limits = {"Delay": patience.pause, "MaxAttempts": patience.questions}
    try:
        aws.cloudfront.get_waiter(name).wait(**request, WaiterConfig=limits)
    except WaiterError as error:
        raise Unsure(late) from error

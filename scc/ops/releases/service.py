"""A release from its first look to its letter, and the way back.

`begin` only reads. `prepare` keeps what will be needed to go back, and settles the configuration
before code that needs it comes. Zappa then puts the code there, and `finish` proves it from
outside.
"""

import contextlib
import dataclasses
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
from botocore.exceptions import BotoCoreError, ClientError

from scc import passwords
from scc.ops.deployment import Deployment
from scc.ops.environment import Variables, problems
from scc.ops.function import Live, client, sha256_of
from scc.ops.releases import compare, edge, history
from scc.ops.releases.back import Tell, keep_found, look, put_back, tell_outcome
from scc.ops.releases.compare import Drift
from scc.ops.releases.edge import StageEdge
from scc.ops.releases.kept import Meanwhile
from scc.ops.releases.letter import letter, told
from scc.ops.releases.record import Record, Standing, digest, earlier, new_id
from scc.ops.stage import Provision
from scc.ops.trouble import Trouble

PASSWORD: Final = "SCC_ADMIN_PASSWORD"  # noqa: S105 - the variable's name
ACCEPT: Final = "SCC_ACCEPT_DRIFT"
TELL_OWNER: Final = "scc.ops.scheduled.tell_of_release"


class Stopped(Trouble):
    """The release goes no further; `str(error)` says why and what to do."""


@dataclass
class Release:
    """One under way."""

    deployment: Deployment
    checkout: Path
    settings: Mapping[str, str]
    """The variables that zappa_settings.json names."""
    live: Live
    standing: Standing
    last: Record | None
    """What runs now; a failed production release puts it back."""
    drifts: list[Drift]
    edge: StageEdge | None
    password: str = field(repr=False)
    record: Record = field(init=False)
    """Of this release, once its package is made."""


# Before anything is changed


def begin(
    deployment: Deployment, settings: Mapping[str, str], checkout: Path, tell: Tell
) -> Release:
    """Read what stands, and compare. Raises Stopped."""
    live = deployment.function.read()
    standing = deployment.kept.standing()
    last = deployment.kept.find(standing.live) if standing.live else None
    here = edge.find(deployment)
    release = Release(deployment, checkout, settings, live, standing, last, [], here, password="")
    release.drifts = _drifts(release)
    _tell_drifts(release, tell)
    _refuse_unfit({**live.variables, **settings}, deployment.stage)
    release.password = _password(live.variables)
    return release


def _drifts(release: Release) -> list[Drift]:
    deployment, last, found = release.deployment, release.last, []
    if last is not None:
        known = deployment.kept.archive.unseal(release.standing.environment)
        served = deployment.function.served_code()
        found += compare.of_function(release.live, served, last, known)
        if release.edge is not None:
            found += [
                Drift("edge", f"to be as it was, {text}")
                for text in release.edge.differences(last.edge)
            ]
    if begun := release.standing.begun:
        found.append(Drift("release", f"{begun} was begun and has not ended: is it under way?"))
    table = {**release.live.variables, **release.settings}.get("SCC_EVENTS_TABLE", "")
    for line in Provision(deployment.stage, table).lacking:
        kind = line.partition(" ")[0]
        found.append(Drift(kind if kind in ("role", "watching") else "tables", line))
    return found


def _tell_drifts(release: Release, tell: Tell) -> None:
    stage = release.deployment.stage
    if release.last is None:
        tell(f"{stage}: no release is kept yet. What stands is kept as it was found.")
    else:
        tell(f"{stage}: compared with the last release, {release.last.id}:")
        if not release.drifts:
            tell("  all is as it was left.")
    for drift in release.drifts:
        tell(f"  {drift}")
    if lacking := [drift for drift in release.drifts if drift.kind == "tables"]:
        raise Stopped(
            f"The code needs what is not there ({lacking[0].text}). "
            f"Run 'flask --app wsgi stage apply {stage}' first."
        )
    left = compare.unnamed(release.drifts, os.environ.get(ACCEPT, ""))
    if left and stage == "production":
        kinds = ",".join(sorted({drift.kind for drift in left}))
        raise Stopped(
            "Production is not as the last release left it: see above. Where that is as it should "
            f"be, name it: {ACCEPT}={kinds}. Nothing was changed."
        )


def _refuse_unfit(variables: Variables, stage: str) -> None:
    if found := problems(variables):
        told = "\n  ".join(found)
        raise Stopped(
            f"The app would not start:\n  {told}\nSet them: 'flask --app wsgi secrets make {stage}'"
            " makes what is missing. Nothing was changed."
        )


def _password(variables: Variables) -> str:
    """The admin password, to sign in with; a wrong one is found before anything is changed."""
    given = os.environ.get(PASSWORD, "")
    if not given and sys.stdin.isatty():
        given = click.prompt("The admin password, to try the sign-in with", hide_input=True)
    if not given:
        raise Stopped(
            f"The smoke test signs in as an admin. Put the password into {PASSWORD}, or run this "
            "where it can be asked for. Nothing was changed."
        )
    if not passwords.verify(variables.get("ADMIN_PASS_HASH", ""), given):
        raise Stopped("That is not the admin password of this stage. Nothing was changed.")
    return given


# The package is made, and nothing is changed yet


def prepare(release: Release, package: Path, tell: Tell) -> None:
    """Keep the package and what stood before; then merge and settle the configuration.

    Raises Stopped where production is not what passed on staging.
    """
    deployment = release.deployment
    commit, content = history.commit_of(release.checkout), digest(package)
    if deployment.stage == "production":
        _refuse_unproved(deployment, commit, content)
    _keep_what_was_found(release, tell)
    moment = deployment.function.read().read_at
    release.record = Record(
        id=new_id(moment, commit),
        stage=deployment.stage,
        outcome="begun",
        made_at=moment,
        by=_who(),
        commit=commit,
        digest=content,
        code_sha256=sha256_of(package.read_bytes()),
        configuration=release.live.configuration,
        environment=deployment.kept.archive.seal(release.live.variables),
        names=tuple(sorted(release.live.variables)),
        edge=release.edge.saved() if release.edge else None,
        news=tuple(history.news(release.checkout, _last_commit(release), commit)),
    )
    deployment.kept.begin(release.record.id, release.standing)
    deployment.kept.keep(release.record, package)
    tell(f"Release {release.record.id}: {commit or 'of no commit'}, content {content[:12]}.")
    deployment.function.settle(lambda now: {**now, **release.settings})


def _refuse_unproved(deployment: Deployment, commit: str, content: str) -> None:
    if not commit:
        raise Stopped(
            "Production takes a commit, and files here were changed since the last one (or git "
            "does not know them). Commit them, and release that on staging first."
        )
    staging = Deployment.of("staging", None)
    proved = [
        record
        for record in staging.kept.all()
        if (record.commit, record.digest) == (commit, content) and record.outcome == "passed"
    ]
    if not proved:
        raise Stopped(
            f"Production takes what passed on staging. Commit {commit[:8]} with content "
            f"{content[:12]} did not: run 'make deploy-staging' first. Nothing was changed."
        )


def _last_commit(release: Release) -> str:
    return release.last.commit if release.last else ""


def _keep_what_was_found(release: Release, tell: Tell) -> None:
    """Whatever stands there without a release could not be put back else."""
    kinds = {drift.kind for drift in release.drifts} & {
        "code", "configuration", "environment", "edge"
    }  # fmt: skip
    if release.last is not None and not kinds:
        return
    found = keep_found(release.deployment, release.edge, "found")
    release.last = found
    tell(f"What stood there is kept as {found.id}.")


def _who() -> str:
    arn = client("sts").get_caller_identity()["Arn"]
    return f"{os.environ.get('USER', 'somebody')} ({arn.rpartition(':')[2]})"


# The code is there


def finish(release: Release, tell: Tell) -> None:
    """Prove it from outside. Raises Stopped where it did not pass; production is put back first."""
    deployment, kept = release.deployment, release.deployment.kept
    with _or_said(release, "could not be looked at"):
        live = deployment.function.read()
        outcome = look(deployment, release.edge, live, release.password)
        if deployment.function.served_code() != release.record.code_sha256:
            outcome.failed.insert(0, "what answers is not the code of this release")
        tell_outcome(outcome, tell)
        record = _as_it_stands(release, live).ended(
            "failed" if outcome.failed else "passed", outcome.passed, outcome.failed
        )
        kept.end(record.id, live.variables)
        kept.write(record)
    if not outcome.failed:
        before = earlier(kept.all(), record.id)
        tell("\n" + letter(record, before, deployment.public_url) + "\n")
        tell(_hand_to_outbox(deployment, told(record, before)))
    elif deployment.stage == "production" and release.last is not None:
        _undo(release, release.last, tell)
    else:
        raise Stopped(
            f"{record.id} did not pass on {deployment.stage}, and is there. To go back: 'flask "
            f"--app wsgi release rollback {deployment.stage}'."
        )


@contextlib.contextmanager
def _or_said(release: Release, what: str) -> Iterator[None]:
    """Where AWS does not play along, what is there now, and how to go back. Raises Stopped."""
    try:
        yield
    except Meanwhile:
        raise
    except (Trouble, BotoCoreError, ClientError) as error:
        ours = isinstance(error, Trouble)  # AWS's own may quote what was sent
        stage, last = release.deployment.stage, release.last
        raise Stopped(
            f"The code of {release.record.id} is on {stage}, but it {what}: "
            f"{error if ours else type(error).__name__}. To go back: 'flask --app wsgi release "
            f"rollback {stage}{f' {last.id}' if last else ''}'."
        ) from None


def _hand_to_outbox(deployment: Deployment, letter: Mapping[str, Any]) -> str:
    """The release is good whatever comes of it: the letter's text is printed above."""
    try:
        came = deployment.function.run(TELL_OWNER, release=letter)
    except (BotoCoreError, ClientError):
        came = None
    if not isinstance(came, dict) or "queued" not in came:
        return "The letter could not be handed to the outbox: send it yourself."
    return "The owner gets it." if came["queued"] else "SCC_OWNER_EMAIL names nobody who gets it."


def _as_it_stands(release: Release, live: Live) -> Record:
    return dataclasses.replace(
        release.record,
        configuration=live.configuration,
        environment=release.deployment.kept.archive.seal(live.variables),
        names=tuple(sorted(live.variables)),
    )


def _undo(release: Release, last: Record, tell: Tell) -> None:
    tell(f"\nIt did not pass. Going back to {last.id}, which ran before:")
    with _or_said(release, "did not pass, and the way back was cut off"):
        outcome = put_back(release.deployment, last, release.password, tell)
    tell_outcome(outcome, tell)
    state = (
        f"{last.id} is back, but not all is well with it either: see above."
        if outcome.failed
        else f"{last.id} is back, and answers as it should."
    )
    raise Stopped(f"{release.record.id} did not pass on production. {state}")

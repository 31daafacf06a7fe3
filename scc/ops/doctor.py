"""`flask doctor STAGE`: what is wrong with a stage, in words, with what to do. Changes nothing.

Each check looks for itself, so that one that may not look, or finds nothing to look at, keeps no
other from it.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import click
from botocore.exceptions import BotoCoreError, ClientError

from scc import heartbeat
from scc.company import store as companies
from scc.config import Stage, read_settings
from scc.context import Context
from scc.errors import ConfigError, SccError
from scc.mail import service as mail
from scc.ops import data, edge, roles, tables, watching
from scc.ops.adoption import events, older
from scc.ops.deployment import STAGES, Deployment
from scc.ops.environment import LIMIT, problems, size
from scc.ops.function import Live, NotDeployed, client
from scc.ops.reconcile import all_items, reconcile
from scc.ops.releases import compare
from scc.ops.releases import edge as release_edge
from scc.ops.releases.outside import Outside
from scc.ops.stage import identity_of, names_of, owner_of
from scc.ops.trouble import Trouble
from scc.ops.zappa_settings import stage_settings
from scc.staff import store as staff
from scc.tables import EVENTS

Kind = Literal["wrong", "note", "unseen"]
_SHOWN: Final = 5
_NEARLY: Final = 0.9


@dataclass(frozen=True)
class Finding:
    """`wrong`: to be mended; `note`: to be known; `unseen`: could not be looked at."""

    check: str
    kind: Kind
    text: str


class Patient:
    """A stage, and what several checks look at, read once."""

    def __init__(self, stage: Stage) -> None:
        self.deployment = Deployment.of(stage)
        self.stage: Stage = stage
        self.settings = stage_settings(stage)
        self.apply = f"'flask --app wsgi stage apply {stage}'"

    @cached_property
    def names(self) -> tables.Names:
        """By zappa_settings.json; where it does not say, by the function."""
        names = names_of(self.stage)
        if not names.events_table:
            with contextlib.suppress(NotDeployed, ClientError, BotoCoreError):
                return names_of(self.stage, self.live.variables.get("SCC_EVENTS_TABLE", ""))
        return names

    @cached_property
    def place(self) -> roles.Place:
        account = client("sts").get_caller_identity()["Account"]
        return roles.Place(self.deployment.region, account, identity_of(self.settings))

    @cached_property
    def live(self) -> Live:
        return self.deployment.function.read()

    @cached_property
    def data(self) -> Context:
        """Without secrets: for what needs no seal."""
        timezone = self.settings["aws_environment_variables"].get("SCC_TIMEZONE", "")
        return data.without_secrets(client("dynamodb"), self.names, timezone)


Check = Callable[[Patient], Iterator[tuple[Kind, str]]]


def examine(stage: Stage) -> list[Finding]:
    """Every check, each by itself."""
    patient = Patient(stage)
    return [
        Finding(name, kind, text)
        for name, check in CHECKS.items()
        for kind, text in _guarded(check, patient)
    ]


def _guarded(check: Check, patient: Patient) -> list[tuple[Kind, str]]:
    found: list[tuple[Kind, str]] = []
    try:
        for kind, text in check(patient):
            found.append((kind, text))
    except ClientError as error:
        found.append(("unseen", f"AWS refused {error.operation_name}: {_code(error)}"))
    except BotoCoreError as error:
        found.append(("unseen", f"AWS could not be reached: {type(error).__name__}"))
    except SccError as error:
        cause = error.__cause__
        code = f" ({_code(cause)})" if isinstance(cause, ClientError) else ""
        found.append(("unseen", f"the tables could not be read{code}"))
    except ConfigError:  # its own check says which
        found.append(("unseen", "not looked at, since the app does not start: see environment"))
    except Trouble as error:
        found.append(("unseen", str(error).splitlines()[0]))
    return found


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


# What it stands on


def _tables(patient: Patient) -> Iterator[tuple[Kind, str]]:
    try:
        for step in tables.plan(client("dynamodb"), patient.names):
            mends = f" {patient.apply} does it." if step.operation else ""
            yield "wrong", f"{step.table}: {step.text}.{mends}"
    except tables.Unfit as error:
        yield "wrong", str(error)


def _role(patient: Patient) -> Iterator[tuple[Kind, str]]:
    iam, names, place = client("iam"), patient.names, patient.place
    stands = roles.standing_policy(iam, names)
    for fault in roles.faults(stands, names, place) if stands else ():
        yield "wrong", f"{fault}. {patient.apply} sets it right."
    for step in roles.plan(iam, names, place):
        yield "wrong", f"{' '.join(step.text.split())}. {patient.apply} does it."


def _watching(patient: Patient) -> Iterator[tuple[Kind, str]]:
    clients = watching.Clients(client)
    watched = watching.Watched(patient.stage, patient.place, owner_of(patient.settings))
    for step in watching.plan(clients, watched):
        yield "wrong", f"{step.text}." + (f" {patient.apply} does it." if step.operation else "")
    for text in watching.unwell(clients, watched):
        yield "wrong", text


# What runs


def _environment(patient: Patient) -> Iterator[tuple[Kind, str]]:
    try:
        variables = patient.live.variables
    except NotDeployed as error:
        yield "wrong", str(error)
        return
    unfit = problems(variables)
    for text in unfit:
        yield "wrong", text
    for name, value in patient.settings["aws_environment_variables"].items():
        if variables.get(name) != value:
            yield "wrong", f"{name} is not as zappa_settings.json has it: 'zappa update' sets it."
    if size(variables) > _NEARLY * LIMIT:
        yield "note", f"All variables take {size(variables)} of {LIMIT} bytes."
    if not unfit:
        for text in read_settings(variables).warnings:
            yield "note", text


def _schedule(patient: Patient) -> Iterator[tuple[Kind, str]]:
    rules = client("events")
    for event in patient.settings["events"]:
        name = f"{patient.deployment.name}-{event['function']}"
        try:
            state = rules.describe_rule(Name=name)["State"]
        except rules.exceptions.ResourceNotFoundException:
            state = "missing"
        if state != "ENABLED":
            yield (
                "wrong",
                f"The rule {name} is {state.lower()}: 'zappa schedule {patient.stage}' makes it "
                "anew.",
            )
    for text in heartbeat.silent(patient.data):
        yield "wrong", f"{text} Its lines in the log say why: zappa tail {patient.stage}."


def _answers(patient: Patient) -> Iterator[tuple[Kind, str]]:
    """As somebody outside sees it, through the edge where there is one."""
    here = release_edge.find(patient.deployment)
    if here is None:
        yield "note", "No distribution leads to this stage yet; asked at the API's own address."
    answer = Outside(patient.deployment, here, patient.live.variables).ask("/scc/readyz")
    if answer.status == 0:
        yield "wrong", f"Nothing answers at /scc/readyz ({answer.text})."
    elif answer.stage != patient.stage:
        yield "wrong", f"/scc/readyz does not reach the app: {answer.status}."
    elif answer.status != 200:
        yield "wrong", f"/scc/readyz: {' '.join(answer.text.split())}"


def _edge(patient: Patient) -> Iterator[tuple[Kind, str]]:
    try:
        for text in edge.problems(edge.read(edge.connect())):
            yield "wrong", text
    except (edge.Lost, edge.Refused) as error:
        yield "wrong", str(error)


def _release(patient: Patient) -> Iterator[tuple[Kind, str]]:
    kept = patient.deployment.kept
    standing = kept.standing()
    last = kept.find(standing.live) if standing.live else None
    if standing.begun:
        yield (
            "wrong",
            f"The release {standing.begun} was begun and has not ended. Where nobody is at it any "
            "more, the next release or rollback ends it.",
        )
    if last is None:
        yield "note", "No release is kept yet, so nothing can be compared or put back."
        return
    back = f"'flask --app wsgi release rollback {patient.stage}'"
    if last.outcome not in ("passed", "found"):
        yield "wrong", f"The release that runs, {last.id}, did not pass ({last.outcome}): {back}."
    known = kept.archive.unseal(standing.environment)
    served = patient.deployment.function.served_code()
    again = f"'flask --app wsgi release rollback {patient.stage} {last.id}'"
    for drift in compare.of_function(patient.live, served, last, known):
        yield (
            "wrong",
            f"{drift}, since the release {last.id}. A release takes it in, {again} puts it back.",
        )


# What it holds


def _events(patient: Patient) -> Iterator[tuple[Kind, str]]:
    ctx = patient.data
    seen = events.look(all_items(ctx, EVENTS), ctx.settings.timezone)
    if seen.unplaced:
        yield "note", f"{seen.unplaced} of {seen.count} events are in no list before the next run."
    for text in seen.sentences():
        yield "note", text


def _ledger(patient: Patient) -> Iterator[tuple[Kind, str]]:
    ctx = data.of_function(client("dynamodb"), patient.live.variables)
    found = reconcile(ctx)
    for text in found.drift[:_SHOWN]:
        yield "wrong", text
    if len(found.drift) > _SHOWN:
        yield "wrong", f"{len(found.drift) - _SHOWN} more: 'flask --app wsgi reconcile' lists all."
    if count := len(found.not_adopted):
        text = f"{count} events were paid or changed by the older tool since SCC last wrote them"
        yield "note", f"{text}: the next change in SCC takes that in."


def _season(patient: Patient) -> Iterator[tuple[Kind, str]]:
    """What the office has to fill in before the season is planned with it."""
    company, people = companies.read(patient.data), staff.everyone(patient.data)
    if not company.version:
        yield "note", "Nothing is saved in Settings yet: every sail is one of 6 passengers at most."
    if not company.offered_docks:
        yield "note", "No dock is named, so no letter says where to come: Settings, Docks."
    taken = {position for one in people if not one.left for position in one.positions}
    for kind in company.offered_kinds:
        for position in (one for one in kind.positions if people and one not in taken):
            yield "note", f"{kind.name} needs a {position}, and nobody of the staff is one: Staff."


def _mail(patient: Patient) -> Iterator[tuple[Kind, str]]:
    """Whether letters leave, and which can't. The schedule has a check of its own."""
    for found in mail.health(data.of_function(client("dynamodb"), patient.live.variables)):
        if found.problem and found.what != "Schedule":
            yield "note" if found.what == "Ways" else "wrong", f"{found.what}: {found.text}"


def _older(patient: Patient) -> Iterator[tuple[Kind, str]]:
    found = older.read(client("lambda"), older.FUNCTIONS[patient.stage])
    if found and found.open_address:
        text = f"{found.name} answers at {found.open_address}, past the edge, to anybody"
        yield "note", f"{text}: delete its Function URL once nothing goes there (docs/adopting.md)."


CHECKS: Final[dict[str, Check]] = {
    "tables": _tables,
    "role": _role,
    "watching": _watching,
    "environment": _environment,
    "schedule": _schedule,
    "answers": _answers,
    "edge": _edge,
    "release": _release,
    "events": _events,
    "ledger": _ledger,
    "season": _season,
    "mail": _mail,
    "older tool": _older,
}

_MARKS: Final[dict[Kind, str]] = {"wrong": "WRONG", "note": "note ", "unseen": "?    "}


@click.command("doctor")
@click.argument("stage", type=click.Choice(STAGES))
def doctor_command(stage: Stage) -> None:
    """Say what is wrong with STAGE, and what to do.

    Exit status 1 where something is wrong, 2 where nothing is but not all could be looked at.
    """
    found = examine(stage)
    for name in CHECKS:
        mine = [finding for finding in found if finding.check == name]
        well = "" if any(finding.kind != "note" for finding in mine) else "well"
        click.echo(f"{name}: {well}".rstrip())
        for finding in mine:
            click.echo(f"  {_MARKS[finding.kind]}  {finding.text}")
    kinds = {finding.kind for finding in found}
    sys.exit(1 if "wrong" in kinds else 2 if "unseen" in kinds else 0)

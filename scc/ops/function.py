"""A stage's Lambda function as it stands, and how it is changed without losing anything.

With SnapStart what is served is a published version, whose code and variables are frozen: the
alias `snapstart` names it, and a change is not seen before a new version is (Lambda's developer
guide, "Lambda SnapStart"; Zappa makes the alias).
"""

import base64
import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import urllib3
from botocore.exceptions import ClientError, WaiterError

from scc.aws import make_client
from scc.ops.environment import Variables, refuse_too_much
from scc.ops.trouble import Trouble

ALIAS: Final = "snapstart"
_TRIES: Final = 5
_SAME_MOMENT: Final = timedelta(seconds=2)
_KEPT: Final = ("Handler", "MemorySize", "Role", "Runtime", "Timeout")
_BUSY: Final = {"PreconditionFailedException", "ResourceConflictException"}


class NotChanged(Trouble):
    """The function stays as it was; `str(error)` says why and what to do."""


class NotDeployed(Trouble):
    """There is no such function; `str(error)` says what to do."""


@dataclass(frozen=True)
class Live:
    """What was read at one moment."""

    name: str
    arn: str
    revision: str
    code_sha256: str
    changed_at: str
    """By AWS's clock, as are all moments here; ISO 8601, UTC, to the millisecond."""
    read_at: str
    configuration: Mapping[str, Any]
    variables: Variables = field(repr=False)
    snapshots: bool
    """Whether a published version gets a snapshot."""
    served: str | None
    """The version that the alias names; None where there is no alias."""


def client(service: str) -> Any:
    """A client for commands: patient, since a package takes its time on its way."""
    return make_client(service, read_timeout=120)


def moment_of(answer: Mapping[str, Any]) -> str:
    """When AWS answered: ISO 8601 in UTC, to the millisecond; texts of this form sort by time.

    AWS says it in seconds. The operator's clock is believed where it agrees with that.
    """
    said = answer["ResponseMetadata"]["HTTPHeaders"]["date"]
    theirs, ours = parsedate_to_datetime(said), datetime.now(UTC)
    if abs(ours - theirs) > _SAME_MOMENT:
        ours = theirs.replace(microsecond=ours.microsecond)
    return ours.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def sha256_of(package: bytes) -> str:
    """As Lambda writes it."""
    return base64.b64encode(hashlib.sha256(package).digest()).decode()


class Function:
    """One stage's function."""

    def __init__(self, name: str, lambdas: Any = None) -> None:
        self.name = name
        self._lambda = lambdas or client("lambda")

    def read(self) -> Live:
        """What stands. Raises NotDeployed."""
        try:
            found = self._lambda.get_function_configuration(FunctionName=self.name)
        except self._lambda.exceptions.ResourceNotFoundException as error:
            raise NotDeployed(
                f"There is no function {self.name} yet. Deploy it first: see docs/deploy.md."
            ) from error
        return Live(
            name=self.name,
            arn=found["FunctionArn"],
            revision=found["RevisionId"],
            code_sha256=found["CodeSha256"],
            changed_at=found["LastModified"][:23] + "Z",
            read_at=moment_of(found),
            configuration={name: found[name] for name in _KEPT if name in found},
            variables=found.get("Environment", {}).get("Variables", {}),
            snapshots=found.get("SnapStart", {}).get("ApplyOn") == "PublishedVersions",
            served=self._served(),
        )

    def run(self, command: str, **told: Any) -> Any:
        """Have it do what its schedule could: a function of the app's, by its full name.

        Gives what that gave; None where it gave nothing.
        """
        payload = json.dumps({"command": command, **told})
        answer = self._lambda.invoke(FunctionName=self.name, Payload=payload)
        return json.loads(answer["Payload"].read() or "null")

    def change(self, change: Callable[[Variables], Mapping[str, str]]) -> Live:
        """Change its variables from what they are at that moment, and serve them.

        `change` is given all of them and gives all of them. Where somebody else changes the
        function meanwhile it is asked again. Raises Unfit, NotChanged, NotDeployed.
        """
        before = self._put(change)
        return self.serve(before.variables)

    def settle(self, change: Callable[[Variables], Mapping[str, str]]) -> None:
        """Change its variables and wait until that is done; what is served stays."""
        self._put(change)

    def put_back(
        self, bucket: str, key: str, configuration: Mapping[str, Any], variables: Variables
    ) -> Live:
        """Code out of S3, then configuration and variables; then serve them.

        With an alias nothing of it is seen before all of it is. Without one, earlier code runs for
        a moment with the newer variables, and leaves alone those that it does not know.
        """
        self._wait("function_updated_v2")
        self._lambda.update_function_code(FunctionName=self.name, S3Bucket=bucket, S3Key=key)
        self._put(lambda _: variables, configuration)
        return self.serve(None)

    def serve(self, otherwise: Variables | None) -> Live:
        """Have the alias, if there is one, name what now stands.

        Where the app does not start with it, the alias stays, and the variables `otherwise` are
        put back; then raises NotChanged.
        """
        live = self.read()
        if live.served is None:
            return live
        try:
            version = self._published()
        except NotChanged as error:
            if otherwise is not None:
                self._put(lambda _: otherwise)
            raise NotChanged(
                f"The app does not start with it: {error}. Version {live.served}, as it was, goes "
                "on serving; its log says more (zappa tail)."
            ) from error
        self._lambda.update_alias(FunctionName=self.name, Name=ALIAS, FunctionVersion=version)
        self._forget_versions({version, live.served})
        return self.read()

    def _served(self) -> str | None:
        with contextlib.suppress(self._lambda.exceptions.ResourceNotFoundException):
            alias = self._lambda.get_alias(FunctionName=self.name, Name=ALIAS)
            return str(alias["FunctionVersion"])
        return None

    def served_code(self) -> str:
        """The SHA-256 of the code that answers, as Lambda writes it."""
        live = self.read()
        if live.served is None:
            return live.code_sha256
        version = self._lambda.get_function_configuration(
            FunctionName=self.name, Qualifier=live.served
        )
        return str(version["CodeSha256"])

    def package(self) -> bytes:
        """The zip of the code that answers, whole. Raises NotChanged where it does not come so."""
        live = self.read()
        version = {"Qualifier": live.served} if live.served else {}
        code = self._lambda.get_function(FunctionName=self.name, **version)["Code"]
        try:
            content = urllib3.request("GET", code["Location"], timeout=120).data
        except urllib3.exceptions.HTTPError:  # it quotes the address, which opens the package
            content = b""
        if sha256_of(content) != self.served_code():
            raise NotChanged(
                f"The code that {self.name} runs could not be read whole, so it could not be put "
                "back. Nothing was changed: try again."
            )
        return content

    def _put(
        self,
        change: Callable[[Variables], Mapping[str, str]],
        configuration: Mapping[str, Any] | None = None,
    ) -> Live:
        """Change variables against the very revision that was read; gives what was before."""
        for _ in range(_TRIES):
            self._wait("function_updated_v2")
            live = self.read()
            wanted = dict(change(live.variables))
            refuse_too_much(wanted)
            if wanted == live.variables and not configuration:
                return live
            with self._unless_busy() as outcome:
                self._lambda.update_function_configuration(
                    FunctionName=self.name,
                    RevisionId=live.revision,
                    Environment={"Variables": wanted},
                    **(configuration or {}),
                )
            if outcome == ["done"]:
                self._wait("function_updated_v2")
                return live
        raise NotChanged(f"Somebody else keeps changing {self.name}. Try again in a minute.")

    @contextlib.contextmanager
    def _unless_busy(self) -> Iterator[list[str]]:
        """Nothing of Lambda's message is told: it quotes all variables."""
        outcome: list[str] = []
        try:
            yield outcome
            outcome.append("done")
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code not in _BUSY:
                raise NotChanged(f"Lambda refused to change {self.name}: {code}.") from None

    def _published(self) -> str:
        try:
            version = self._lambda.publish_version(FunctionName=self.name)["Version"]
        except ClientError as error:
            raise NotChanged(error.response["Error"]["Code"]) from error
        self._wait("published_version_active", Qualifier=version)
        return str(version)

    def _wait(self, what: str, **qualifier: str) -> None:
        waiter = self._lambda.get_waiter(what)
        try:
            waiter.wait(
                FunctionName=self.name,
                WaiterConfig={"Delay": 0.3, "MaxAttempts": 2000},
                **qualifier,
            )
        except WaiterError as error:
            found = error.last_response.get("Configuration", error.last_response)
            reason = found.get("StateReasonCode") or found.get("LastUpdateStatusReasonCode")
            raise NotChanged(
                f"{self.name} did not settle: {reason or 'no reason was given'}"
            ) from error

    def _forget_versions(self, kept: set[str]) -> None:
        """A snapshot is paid for as long as its version stands."""
        pages = self._lambda.get_paginator("list_versions_by_function")
        for page in pages.paginate(FunctionName=self.name):
            for found in page["Versions"]:
                if found["Version"] not in kept | {"$LATEST"}:
                    self._lambda.delete_function(FunctionName=self.name, Qualifier=found["Version"])

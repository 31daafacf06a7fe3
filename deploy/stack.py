"""What Zappa is told before a command, beyond its settings. Zappa's `settings` callback.

Before an update, what stands is compared with the last release (deploy/release.py).
"""

import sys
from pathlib import Path
from typing import Any

import troposphere
import troposphere.awslambda

# Zappa loads this file by itself, from a program that doesn't look for modules here.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from deploy import release


def prepare(cli: Any) -> None:
    """`cli` is the ZappaCLI, its settings read and its clients made."""
    if cli.command == "deploy":
        _without_snapshot(cli)
    _let_the_api_in(cli.zappa, cli.api_stage)
    _keep_the_role_from_the_clock(cli.zappa)
    release.begin(cli)


def _without_snapshot(cli: Any) -> None:
    """A new function has no secrets yet, so the app can't start and no snapshot can be taken.

    Zappa would wait for it and fail. The first `update` after the secrets are set takes it.
    """
    cli.snap_start = "None"
    cli.apigateway_lambda_qualifier = None


def _let_the_api_in(zappa: Any, stage: str) -> None:
    """API Gateway enters by the function's own policy, and only this API may.

    Zappa has API Gateway take on the app's role instead, which then needs lambda:InvokeFunction:
    with it, the handler's raw commands let one stage run code in another.
    """
    build = zappa.create_stack_template

    def build_with_permission(**settings: Any) -> troposphere.Template:
        template = build(**settings)
        for resource in template.resources.values():
            if isinstance(resource, troposphere.apigateway.Method):
                resource.Integration.properties.pop("Credentials")
        entered = zappa._get_qualified_lambda_arn(
            settings["lambda_arn"], settings["lambda_qualifier"]
        )
        whole = ":".join(entered.split(":")[:7])  # without version or alias
        # Both, so that nobody is shut out while API Gateway moves from one to the other.
        for title, arn in {"ApiMayInvoke": whole, "ApiMayInvokeAlias": entered}.items():
            if title == "ApiMayInvoke" or arn != whole:
                template.add_resource(_permission(title, arn, stage))
        return template

    zappa.create_stack_template = build_with_permission


def _keep_the_role_from_the_clock(zappa: Any) -> None:
    """EventBridge enters by the function's own policy, which Zappa writes for each rule.

    Zappa gives its rules the app's role as well. AWS refuses a rule whose role EventBridge may
    not take on, and ours is for Lambda alone.
    """

    def without_role(params: dict[str, Any], **_: Any) -> None:
        params.pop("RoleArn", None)

    zappa.events_client.meta.events.register("provide-client-params.events.PutRule", without_role)


def _permission(title: str, function: str, stage: str) -> troposphere.awslambda.Permission:
    api = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}"
    return troposphere.awslambda.Permission(
        title,
        Action="lambda:InvokeFunction",
        FunctionName=function,
        Principal="apigateway.amazonaws.com",
        SourceArn=troposphere.Sub(f"{api}/{stage}/*"),
    )

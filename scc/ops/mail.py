"""`flask mail`: whether mail works now, and sending what is due by hand."""

import sys

import click

from scc.aws import deadline
from scc.mail import service
from scc.ops.settings import context
from scc.ops.told import told

_SECONDS = 60.0


@click.group("mail")
def mail_group() -> None:
    """The letters that the app writes, and the ways that they take."""


@mail_group.command("health")
def health_command() -> None:
    """Say whether each way works now, without sending. 1 where something does not."""
    ctx = context()
    with told():
        findings = service.health(ctx)
    for one in findings:
        click.echo(f"{'TROUBLE' if one.problem else 'fine':8}{one.what}: {one.text}")
    sys.exit(1 if any(one.problem for one in findings) else 0)


@mail_group.command("send")
def send_command() -> None:
    """Send what is due, as the schedule does every minute."""
    ctx = context()
    with told(), deadline(_SECONDS):
        done = service.drain(ctx)
    click.echo(f"Sent: {done.sent}. Waiting: {done.waiting}. Failed: {done.failed}.")

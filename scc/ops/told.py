"""What goes wrong in a command that changes a stage, told in a line, without a stack."""

import contextlib
from collections.abc import Iterator

import click
from botocore.exceptions import BotoCoreError, ClientError

from scc.errors import ConfigError, SccError
from scc.ops import environment, tables
from scc.ops.archive import NoArchive
from scc.ops.edge.change import Unsure
from scc.ops.edge.live import Lost
from scc.ops.edge.plan import Refused
from scc.ops.function import NotChanged, NotDeployed
from scc.ops.releases.outside import NotReached
from scc.ops.releases.service import Stopped


@contextlib.contextmanager
def told() -> Iterator[None]:
    try:
        yield
    except (
        ConfigError,
        Lost,
        NoArchive,
        NotChanged,
        NotDeployed,
        NotReached,
        Refused,
        SccError,
        Stopped,
        Unsure,
        environment.Unfit,
        tables.Unfit,
    ) as error:
        raise click.ClickException(str(error)) from error
    except ClientError as error:
        # Its message may quote what was sent: Lambda's quotes all variables.
        code, operation = error.response["Error"]["Code"], error.operation_name
        raise click.ClickException(f"AWS refused {operation}: {code}.") from None
    except BotoCoreError as error:
        raise click.ClickException(f"AWS could not be reached: {type(error).__name__}.") from None

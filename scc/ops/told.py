"""What goes wrong in a command, told in a line, without a stack."""

import contextlib
from collections.abc import Iterator
from typing import Final

import click
from botocore.exceptions import BotoCoreError, ClientError

from scc.errors import ConfigError, SccError
from scc.ops.trouble import Trouble

_QUOTES_WHAT_WAS_SENT: Final = "Function"
"""In the names of operations whose refusals quote all variables of a function: Lambda's."""


@contextlib.contextmanager
def told() -> Iterator[None]:
    try:
        yield
    except (Trouble, SccError, ConfigError) as error:
        raise click.ClickException(str(error)) from error
    except ClientError as error:
        raise click.ClickException(_refused(error)) from None
    except BotoCoreError as error:
        raise click.ClickException(f"AWS could not be reached: {type(error).__name__}.") from None


def _refused(error: ClientError) -> str:
    operation, answer = error.operation_name, error.response["Error"]
    why = "" if _QUOTES_WHAT_WAS_SENT in operation else answer.get("Message", "")
    return f"AWS refused {operation}: {answer['Code']}. {why}".rstrip()

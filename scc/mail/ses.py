"""Amazon SES, version 2, with the message as it is."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formataddr
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from scc.aws import OutOfTime, make_client
from scc.config import MailSettings
from scc.errors import ConfigError
from scc.mail.ways import Busy, Refused, Rejected, Unsure

_BUSY: Final = frozenset(
    {
        *("TooManyRequestsException", "LimitExceededException", "ThrottlingException"),
        *("Throttling", "InternalServiceErrorException", "ServiceUnavailable"),
    }
)
_REJECTED: Final = frozenset({"MessageRejected", "BadRequestException"})


class Ses:
    name = "SES"

    def __init__(self, mail: MailSettings) -> None:
        self.sender = mail.ses_sender
        self._identity = mail.ses_identity

    def send(self, message: EmailMessage) -> str:
        """One attempt: botocore would repeat one whose answer was lost, and send it twice."""
        try:
            answer = _client().send_email(
                FromEmailAddress=_in_ascii(message["From"].addresses[0]),
                Destination={"ToAddresses": [str(message["To"])]},
                Content={"Raw": {"Data": message.as_bytes()}},
            )
        except (ReadTimeoutError, ConnectionClosedError, ResponseStreamingError) as error:
            raise Unsure("SES gave no answer") from error
        except ClientError as error:
            raise _trouble(error) from error
        except (BotoCoreError, ConfigError, OutOfTime) as error:
            raise Busy("SES could not be reached") from error
        return str(answer["MessageId"])

    def check(self) -> str:
        try:
            found = _client().get_email_identity(EmailIdentity=self._identity)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NotFoundException":
                raise Refused(f"SES does not know {self._identity}") from error
            raise _trouble(error) from error
        except (BotoCoreError, ConfigError, OutOfTime) as error:
            raise Busy("SES could not be reached") from error
        if not found.get("VerifiedForSendingStatus"):
            raise Refused(f"SES has not verified {self._identity} yet")
        return f"SES has verified {self._identity}."


def _in_ascii(mailbox: Address) -> str:
    """SES wants a name beside an address as an encoded word (RFC 2047)."""
    return formataddr((mailbox.display_name, mailbox.addr_spec))


def _client() -> Any:
    return make_client("sesv2", read_timeout=4, attempts=1)


def _trouble(error: ClientError) -> Exception:
    code = str(error.response["Error"]["Code"])
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _BUSY or status >= 500:
        return Busy(f"SES is busy ({code})")
    if code in _REJECTED:
        # A sender that is not verified comes as the same code as an address that is none.
        text = str(error.response["Error"].get("Message", ""))
        if "not verified" in text:
            return Refused("SES has not verified the sender, or is in its sandbox")
        return Rejected(f"SES does not take it ({code})")
    return Refused(f"SES refuses us ({code})")

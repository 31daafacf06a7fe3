"""A letter becomes subject, text and HTML, and these become a message with one recipient."""

import base64
import functools
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from scc.company.model import Company, thing_of
from scc.config import Settings
from scc.mail import links
from scc.parse import parse_email

FOLDER: Final = Path(__file__).resolve().parents[2] / "templates/mail"
STYLE: Final = (FOLDER / "style.css").read_text(encoding="utf-8").strip()

STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""What a Content-Security-Policy calls the one style that a letter has."""

POLICY: Final = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str
    sender_name: str = ""


@functools.cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,  # a letter with a hole in it does not leave
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals["style"] = Markup(STYLE)  # noqa: S704 - our own file
    return environment


HIDDEN: Final = "…"
"""What a page shows of a letter in place of what lets somebody in."""


def render(
    settings: Settings,
    company: Company,
    kind: str,
    values: Mapping[str, Any],
    *,
    hidden: bool = False,
) -> Rendered:
    """The letter in words. Whatever is in the values can't make a line or a tag of its own.

    `hidden`: for a page, which must not let its reader in as somebody else.
    """
    given: dict[str, Any] = {name: _tame(value) for name, value in values.items()}
    given |= {
        "way_in": lambda name: HIDDEN if hidden else links.way_in(settings, name),
        "code": lambda name: HIDDEN if hidden else _in_pairs(links.code(settings, name)),
    }
    head = _tame(letterhead(company, str(values.get("dock", ""))))
    given |= {"company": head, "link": lambda path: settings.public_url + path}
    environment = _environment()
    subject = " ".join(_part(environment, f"{kind}/subject.txt", given).split())
    # A subject that is set is read as it would be on arrival: an encoded word in it would become
    # what it stands for, a line break and a further header too.
    subject = subject.replace("=?", "= ?")
    return Rendered(
        subject=subject,
        text=_paragraphs(_part(environment, f"{kind}/body.txt", given)),
        html=_part(environment, f"{kind}/body.html", {**given, "subject": subject}),
        sender_name=head["company"].replace("=?", "= ?"),
    )


def letterhead(company: Company, dock_id: str) -> Mapping[str, str]:
    """What letters say of the company; `dock_id`: where the sail that it is about leaves from."""
    dock = thing_of(company.docks, dock_id)
    return {
        "company": company.name,
        "phone": company.phone,
        "dock": dock.name if dock else "",
        "map_url": dock.map_url if dock else "",
        "bring": company.paragraphs.bring,
        "weather": company.paragraphs.weather,
        "more": company.paragraphs.more,
        "how_to_pay": company.pay.sentence,
    }


def _in_pairs(code: str) -> str:
    """`1234 5678`: to be read and typed."""
    return f"{code[:4]} {code[4:]}"


def _part(environment: Environment, name: str, given: Mapping[str, Any]) -> str:
    return environment.get_template(name).render(given)


def _tame(value: Any) -> Any:
    """Texts as one line, without what no page or mail may hold; also inside of lists."""
    if isinstance(value, str):
        printable = "".join(c if c.isprintable() else " " for c in value)
        return " ".join(printable.split())
    if isinstance(value, Mapping):
        return {name: _tame(inner) for name, inner in value.items()}
    return [_tame(inner) for inner in value] if isinstance(value, list) else value


def _paragraphs(text: str) -> str:
    """Blank lines between paragraphs, one each, whatever the template's conditions left."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"


def message(
    settings: Settings, rendered: Rendered, to: str, sender: str, name: str, now: datetime
) -> EmailMessage:
    """The message as it is sent. `name` is the letter's own, the same however often it is sent.

    ValueError where `to` or `sender` is not exactly one address.
    """
    made = EmailMessage(POLICY)
    made["From"] = _mailbox(sender, rendered.sender_name)
    made["To"] = _mailbox(to)
    made["Subject"] = rendered.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = message_id(settings, name)
    made["X-SCC-Letter"] = name  # SES puts a Message-ID of its own in place of ours
    made["Auto-Submitted"] = "auto-generated"  # so that no absence note answers (RFC 3834)
    made.set_content(rendered.text)
    made.add_alternative(rendered.html, subtype="html")
    made.set_boundary(f"=={name}==")
    _check_headers(made)
    return made


_HEADERS: Final = frozenset(
    {
        *("From", "To", "Subject", "Date", "Message-ID", "X-SCC-Letter", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    }
)


def _check_headers(made: EmailMessage) -> None:
    """What leaves has the headers that we gave it, however the library folds and encodes them."""
    names = BytesHeaderParser(policy=POLICY).parsebytes(made.as_bytes()).keys()
    if len(names) != len(_HEADERS) or set(names) != _HEADERS:
        raise ValueError("the letter would have another header")


def message_id(settings: Settings, name: str) -> str:
    return f"<{name}@{urlsplit(settings.public_url).hostname or 'localhost'}>"


def _mailbox(address: str, name: str = "") -> Address:
    return Address(name, addr_spec=parse_email(address))

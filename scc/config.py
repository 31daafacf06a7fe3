"""Every setting, typed, read once from the environment, refused at start when wrong."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scc import passwords
from scc.errors import ConfigError
from scc.parse import parse_email, parse_line

Stage = Literal["local", "staging", "production"]


@dataclass(frozen=True)
class MailSettings:
    """Which ways mail can take, and what letters say of the company. All of it may be missing."""

    gmail_service_account: str = field(default="", repr=False)
    """The JSON of a service account that may send as the sender."""
    gmail_token: str = field(default="", repr=False)
    """The JSON of an authorised user, with a refresh token."""
    gmail_sender: str = ""
    ses_sender: str = ""
    ses_identity: str = ""
    """What SES has verified: the sender's domain, or the sender itself."""
    ses_topic: str = ""
    """ARN of the SNS topic at which SES tells of bounces and complaints."""
    owner: str = ""
    """Who gets the letters about payments, closes, anchors and releases."""
    company: str = "Queen of San Diego"
    dock: str = ""
    map_url: str = ""
    bring: str = "Soft-soled shoes, a layer more than you think, sunscreen and a hat."
    how_to_pay: str = ""
    weather: str = (
        "Should it not be fit for sailing, we will be in touch before you set out, and find "
        "another day with you."
    )
    phone: str = ""
    gmail_url: str = "https://gmail.googleapis.com"
    sns_url: str = ""
    """Where SNS keeps its certificates; other than Amazon's only on the stage `local`."""

    @property
    def sender(self) -> str:
        return self.gmail_sender or self.ses_sender


@dataclass(frozen=True)
class Settings:
    """What SCC was started with. Secrets are kept out of its `repr`."""

    stage: Stage
    timezone: ZoneInfo
    """The boat's zone: all days and hours shown are in it."""
    public_url: str
    """`https://host[/prefix]` as the viewer types it; empty: as the request says (local only)."""
    events_table: str
    """The older tool's table is adopted in place, so its name can be given."""
    table_prefix: str
    """The other tables are called `<prefix><name>`."""
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(repr=False)
    admin_pass_hash: str = field(repr=False)
    seal_keys: Mapping[str, str] = field(repr=False)
    """Seal keys by id; the last one seals, all of them verify."""
    edge_secrets: tuple[str, ...] = field(repr=False)
    """What the edge sends as X-SCC-Edge; any of them. Empty: there is no edge."""
    home_port: str
    """Where voyages begin and end: it stands in every waiver."""
    mail: MailSettings = MailSettings()
    warnings: tuple[str, ...] = ()

    @property
    def prefix(self) -> str:
        """The path in front of every public address: `/_staging`, or nothing."""
        return urlsplit(self.public_url).path.rstrip("/")

    @property
    def cookie_name(self) -> str:
        return "__Secure-scc-staging" if self.stage == "staging" else "__Host-scc"

    @property
    def cookie_path(self) -> str:
        # A __Host- cookie must have the path "/" (RFC 6265bis, 4.1.3.2).
        return (self.prefix or "/") if self.stage == "staging" else "/"


def read_settings(env: Mapping[str, str]) -> Settings:
    """Settings from environment variables; ConfigError names every one that is wrong."""
    reader = _Reader(env)
    stage = reader.stage()
    settings = Settings(
        stage=stage,
        timezone=reader.timezone(),
        public_url=reader.public_url(stage),
        events_table=reader.events_table(stage),
        table_prefix=f"scc-{stage}-",
        secret_key=reader.secret_key(),
        secret_key_fallbacks=reader.secrets("SECRET_KEY_FALLBACKS"),
        admin_pass_hash=reader.admin_pass_hash(),
        seal_keys=reader.seal_keys(),
        edge_secrets=reader.secrets("SCC_EDGE_SECRETS"),
        home_port=reader.line("SCC_HOME_PORT", 200) or "San Diego, California",
        mail=reader.mail(stage),
        warnings=tuple(reader.warnings),
    )
    if reader.problems:
        raise ConfigError(reader.problems)
    return settings


class _Reader:
    """Reads one setting after the other and collects what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []
        self.warnings: list[str] = []

    def stage(self) -> Stage:
        value = self.env.get("SCC_STAGE", "production")
        if value not in get_args(Stage):
            self.problems.append(
                f"SCC_STAGE is {value!r}; it is one of {', '.join(get_args(Stage))}."
            )
            return "local"  # the start is refused all the same, for this reason alone
        return cast(Stage, value)

    def timezone(self) -> ZoneInfo:
        name = self.env.get("SCC_TIMEZONE") or "America/Los_Angeles"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.problems.append(
                f"SCC_TIMEZONE is {name!r}; give a name such as America/Los_Angeles."
            )
            return ZoneInfo("UTC")

    def public_url(self, stage: Stage) -> str:
        value = self.env.get("SCC_PUBLIC_URL", "").rstrip("/")
        if not value:
            if stage != "local":
                self.problems.append(
                    "SCC_PUBLIC_URL is missing: the address people type, such as "
                    "https://example.com (production) or https://example.com/_staging (staging)."
                )
            return ""
        if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*", value):
            self.problems.append(
                "SCC_PUBLIC_URL is not an address such as https://example.com or "
                "https://example.com/_staging."
            )
            return ""
        return value

    def events_table(self, stage: Stage) -> str:
        name = self.env.get("SCC_EVENTS_TABLE") or f"scc-{stage}-events"
        if not re.fullmatch(r"[A-Za-z0-9_.-]{3,255}", name):
            self.problems.append(
                f"SCC_EVENTS_TABLE is {name!r}; give the table's name, not its ARN: 3 to 255 "
                "letters, digits, dots, hyphens and underscores."
            )
        return name

    def secret_key(self) -> str:
        value = self.env.get("SECRET_KEY", "")
        if len(value) < 32:
            self.problems.append(
                "SECRET_KEY needs 32 characters or more. Make one with "
                "'python3 -c \"import secrets; print(secrets.token_urlsafe(48))\"'."
            )
        return value

    def secrets(self, name: str) -> tuple[str, ...]:
        text = self.env.get(name, "")
        if not text:
            return ()
        try:
            values = json.loads(text)
        except (ValueError, RecursionError):
            values = None
        if (
            not isinstance(values, list)
            or len(values) > 2
            or not all(isinstance(v, str) and len(v) >= 32 and v.isascii() for v in values)
        ):
            self.problems.append(
                f"{name} is a JSON list of at most two texts of 32 characters or more, "
                'such as ["…"]; or leave it empty.'
            )
            return ()
        return tuple(values)

    def seal_keys(self) -> dict[str, str]:
        text = self.env.get("SCC_SEAL_KEYS", "")
        try:
            keys = json.loads(text or "null")
        except (ValueError, RecursionError):
            keys = None
        if (
            not isinstance(keys, dict)
            or not keys
            or not all(re.fullmatch(r"[a-z0-9]{1,16}", k) for k in keys)
            or not all(isinstance(v, str) and len(v) >= 32 for v in keys.values())
        ):
            self.problems.append(
                "SCC_SEAL_KEYS seals the ledger: a JSON object of key id and secret of 32 "
                'characters or more, such as {"k1": "…"}. Add a key at the end, remove none.'
            )
            return {}
        return keys

    def mail(self, stage: Stage) -> MailSettings:
        """Broken Gmail credentials are no reason not to start: mail takes the next way."""
        ses_sender = self.address("SCC_SES_SENDER")
        topic = self.env.get("SCC_SES_TOPIC", "")
        region = re.fullmatch(r"arn:aws:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}", topic)
        if topic and not region:
            self.problems.append(
                "SCC_SES_TOPIC is the ARN of an SNS topic, such as "
                "arn:aws:sns:us-west-2:123456789012:scc-production-mail."
            )
        urls = {
            "gmail_url": self.env.get("SCC_GMAIL_URL", "") if stage == "local" else "",
            "sns_url": (self.env.get("SCC_SNS_URL", "") if stage == "local" else "")
            or (f"https://sns.{region[1]}.amazonaws.com" if region else ""),
        }
        texts = {
            name: self.line(f"SCC_{name.upper()}", 500)
            for name in ("company", "dock", "map_url", "bring", "how_to_pay", "weather", "phone")
        }
        if texts["map_url"] and not re.fullmatch(r"https://[!-~]+", texts["map_url"]):
            self.problems.append("SCC_MAP_URL is an address that starts with https://.")
        return MailSettings(
            gmail_service_account=self.env.get("GMAIL_SERVICE_ACCOUNT_JSON", ""),
            gmail_token=self.env.get("GMAIL_TOKEN", ""),
            gmail_sender=self.address("GMAIL_SENDER_EMAIL"),
            ses_sender=ses_sender,
            ses_identity=self.env.get("SCC_SES_IDENTITY", "") or ses_sender.rpartition("@")[2],
            ses_topic=topic,
            owner=self.address("SCC_OWNER_EMAIL"),
            **{name: value for name, value in {**texts, **urls}.items() if value},
        )

    def address(self, name: str) -> str:
        value = self.env.get(name, "")
        try:
            return parse_email(value) if value else ""
        except ValueError:
            self.problems.append(f"{name} is one e-mail address, such as crew@example.com.")
            return ""

    def line(self, name: str, longest: int) -> str:
        try:
            return parse_line(self.env.get(name, ""), longest)
        except ValueError as error:
            self.problems.append(f"{name} is one line of text. {error}")
            return ""

    def admin_pass_hash(self) -> str:
        hashed = self.env.get("ADMIN_PASS_HASH", "")
        allowed = self.env.get("SCC_ALLOW_SHA256") == "1"
        problem = passwords.problem_with(hashed, allow_sha256=allowed)
        if problem:
            self.problems.append(problem)
        elif passwords.is_bare_sha256(hashed):
            self.warnings.append(
                "ADMIN_PASS_HASH is a bare SHA-256, allowed by SCC_ALLOW_SHA256=1. Replace it: "
                "run 'flask --app wsgi hash-password', set the result, remove SCC_ALLOW_SHA256."
            )
        return hashed

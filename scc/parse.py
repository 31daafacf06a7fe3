"""Reading what people and clients send, and saying it back. Forms and JSON share it. Pure.

Each raises ValueError with a sentence that says what to do.
"""

import re
import unicodedata
from datetime import date
from typing import Final

MAX_CENTS: Final = 100_000_00
"""No charter costs more; above it somebody mistyped."""

_AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?")


def parse_amount(text: str) -> int:
    """`1,250`, `$450.00`, `450.5` → cents, above 0."""
    bare = text.strip().removeprefix("$").strip()
    if not bare:
        raise ValueError("Enter the amount, such as 450 or 1,250.00.")
    if re.fullmatch(r"-\s*\$?[\d.,]+", bare):
        raise ValueError("The amount is above 0. Money given back is a refund, not a payment.")
    if re.fullmatch(r"\d+,\d{1,2}", bare):
        raise ValueError(f"Is {bare} dollars and cents? Write {bare.replace(',', '.')} then.")
    if re.fullmatch(r"[\d,]+\.\d{3,}", bare):
        raise ValueError("An amount has at most two decimals, such as 450.25.")
    found = _AMOUNT.fullmatch(bare) if bare.isascii() else None
    if not found:
        raise ValueError("Enter the amount in figures, such as 450 or 1,250.00.")
    cents = int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))
    if cents == 0:
        raise ValueError("The amount is above 0.")
    if cents > MAX_CENTS:
        raise ValueError(f"The amount is at most ${MAX_CENTS // 100:,}.")
    return cents


def money(cents: int) -> str:
    """`$1,250`, `$87.50`, `−$20`."""
    sign = "−" if cents < 0 else ""
    dollars, rest = divmod(abs(cents), 100)
    return f"{sign}${dollars:,}" + (f".{rest:02}" if rest else "")


def parse_line(text: str, longest: int = 120) -> str:
    """One line of text, composed (NFC), without blanks at its ends. May be empty."""
    line = unicodedata.normalize("NFC", text).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in line):
        raise ValueError("Leave out line breaks and control characters.")
    if len(line) > longest:
        raise ValueError(f"Use at most {longest} characters.")
    return line


_RANKS: Final = frozenset({"capt.", "capt", "captain", "cap", "cap."})


def without_rank(name: str) -> list[str]:
    """The words of a name: `Capt. Ray` → `Ray`; of a rank alone the rank."""
    words = name.split()
    return words[1:] if len(words) > 1 and words[0].casefold() in _RANKS else words


def parse_note(text: str, longest: int = 2000) -> str:
    """Several lines of text; line ends as `\\n`. May be empty."""
    note = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in note):
        raise ValueError("Leave out control characters.")
    if len(note) > longest:
        raise ValueError(f"Use at most {longest} characters.")
    return note


_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@({_LABEL}(?:\.{_LABEL})+)", re.ASCII)


def parse_email(text: str) -> str:
    """One e-mail address that mail can go to (RFC 5321, without quotes).

    Its domain in the form that mail uses: `josé.example` → `xn--jos-dma.example`. Two addresses,
    a name beside one, a line break: none of these is one address.
    """
    bare = text.strip()
    name, _, domain = bare.rpartition("@")
    if not domain.isascii():
        try:
            bare = f"{name}@{domain.encode('idna').decode()}"
        except UnicodeError:
            bare = ""
    found = _ADDRESS.fullmatch(bare)
    if not found or len(bare) > 254 or len(found[1]) > 64:
        raise ValueError("Enter one e-mail address, such as name@example.com.")
    return bare


def parse_date(text: str) -> date:
    """`2026-05-23` → a date."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip(), re.ASCII):
        try:
            return date.fromisoformat(text.strip())
        except ValueError:
            pass
    raise ValueError("Enter a date that exists, as year-month-day: 2026-05-23.")


def parse_key(text: str) -> str:
    """An idempotency key: 1 to 128 visible ASCII characters."""
    if not re.fullmatch(r"[\x21-\x7e]{1,128}", text):
        raise ValueError("Idempotency-Key has 1 to 128 visible ASCII characters.")
    return text

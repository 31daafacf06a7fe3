"""What letters say, and that nothing in them can be made to say more."""

import re
from datetime import UTC, datetime

import html5lib
import pytest

from scc.company.model import default
from scc.config import Settings
from scc.mail.letters import Account as Money
from scc.mail.letters import Paid, Sail, receipt, samples
from scc.mail.model import Letter
from scc.mail.render import STYLE, Rendered, message, render
from scc.parse import parse_email
from tests.mail.doubles import SENDER, body, parse
from tests.page import words

SAMPLES = samples()
FORBIDDEN = re.compile(r"\b(transaction|events?|invoice|dear|customer|valued)\b", re.IGNORECASE)

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "{{ 7*7 }}",
    "{% raw %}",
    "Alice\r\nBcc: evil@example.com",
    "Alice\nBcc: evil@example.com",
    "Alice\r\n\r\n<html>",
    "Alice\u2028Bcc: evil@example.com",
    "Alice\x00\x1b[31m",
    "Alice\u202eevil",
    "=?utf-8?q?=0D=0ABcc:_evil@example.com?=",
    "A" * 3000,
    "Ольга 中村 😀",
    "a@b.c, evil@example.com",
    "<a href='javascript:alert(1)'>x</a>",
    "</title><script>1</script>",
    "</style><script>1</script>",
    "&lt;script&gt;",
    "--==x==--",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5jb20=?=",
    "=?iso-8859-1?q?=0ATo:_evil@example.com?= =?utf-8?q?x?=",
    "Alice\x0bBcc: evil@example.com",
    "Alice\x0cBcc: evil@example.com",
    "Alice\x85Bcc: evil@example.com",
    "Alice\x1cBcc: evil@example.com",
    "Alice\u2029To: evil@example.com",
    "\tAlice\r\n\tBcc: evil@example.com",
    "Alice\\r\\nBcc: evil@example.com",
    "Alice%0d%0aBcc: evil@example.com",
    "Alice&#13;&#10;Bcc: evil@example.com",
    "Content-Type: text/html",
    ".\r\nQUIT",
    "<svg/onload=alert(1)>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "javascript:alert(1)",
    "{{ ''.__class__.__mro__ }}",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<?php echo 1 ?><![CDATA[x]]>",
    "\ufeff\u200b\u2066Alice\u2069",
)
assert len(HOSTILE) == 40


def sent(settings: Settings, letter: Letter) -> bytes:
    rendered = render(settings, default(settings.mail), letter.kind, letter.values)
    return message(
        settings, rendered, letter.to, "crew@example.com", "x", datetime.now(UTC)
    ).as_bytes()


def of(name: str) -> Letter:
    """A receipt in which all that comes from outside is this."""
    sail = Sail("event#x#1", "alice@example.com", name, name, name, "/scc/x", "/g/x/waiver")
    paid = Paid(f"the $20 from {name}", 2000, 0, "cash")
    return receipt(sail, paid, Money(60000, 2000, False), 500, "k", name)


@pytest.mark.parametrize("name", SAMPLES)
def test_each_has_a_subject_a_text_and_html_that_say_the_same(
    settings: Settings, name: str
) -> None:
    letter = parse(sent(settings, SAMPLES[name]))
    text, html = body(letter, "plain"), body(letter, "html")
    seen = words(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html))

    assert letter["Subject"] and len(str(letter["Subject"])) < 78
    for amount in re.findall(r"\$[\d,.]+\d", text):
        assert amount in seen, f"{amount} is in the text alone"
    assert re.search(r"\n\n\n|[ \t]\n", text) is None
    assert letter.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_voice_is_a_persons(settings: Settings, name: str) -> None:
    letter = SAMPLES[name]
    rendered = render(settings, default(settings.mail), letter.kind, letter.values)
    said = re.sub(r"http\S+|/scc/events\S+", "", f"{rendered.subject}\n{rendered.text}")

    assert FORBIDDEN.findall(said) == []
    if not letter.kind.startswith("owner_"):
        spanish = letter.values.get("language") == "es"
        hello = "Hola Alice:" if spanish else "Hi Alice,"
        bye = "La tripulación de" if spanish else "The crew of"
        assert rendered.text.startswith(f"{hello}\n\n")
        assert rendered.text.rstrip().endswith(f"{bye} Queen of San Diego")


def test_a_check_is_no_money_yet(settings: Settings) -> None:
    letter = SAMPLES["Receipt"]
    rendered = render(settings, default(settings.mail), letter.kind, letter.values)

    assert rendered.text.splitlines()[2] == (
        "We have your check for $450, thank you. Should the bank return it, we will be in touch."
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_a_dark_client_and_one_without_styles_can_read_it(settings: Settings, name: str) -> None:
    letter = SAMPLES[name]
    html = render(settings, default(settings.mail), letter.kind, letter.values).html

    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme:dark)" in html
    assert " style=" not in html and "<img" not in html and "<script" not in html


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_makes_a_header_of_its_own(settings: Settings, name: str) -> None:
    letter = parse(sent(settings, of(name)))

    assert [str(one) for one in letter["To"].addresses] == ["alice@example.com"]
    assert set(letter.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "X-SCC-Letter", "Auto-Submitted"),
        *("MIME-Version", "Content-Type"),
    }
    assert letter["Bcc"] is None
    assert "\n" not in str(letter["Subject"])


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_makes_an_element_of_its_own(settings: Settings, name: str) -> None:
    def elements(name: str) -> list[str]:
        html = body(parse(sent(settings, of(name))), "html")
        tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
        return [element.tag for element in tree.iter()]

    assert elements(name) == elements("Alice")


@pytest.mark.parametrize("name", HOSTILE)
def test_nor_a_paragraph_of_its_own(settings: Settings, name: str) -> None:
    def lines(name: str) -> int:
        return len(
            render(settings, default(settings.mail), "receipt", of(name).values).text.splitlines()
        )

    assert lines(name) == lines("Alice")


@pytest.mark.parametrize(
    "text",
    [
        *("", "alice", "@example.com", "alice@", "alice@localhost", "a b@example.com"),
        *("alice@example.com, evil@example.com", "alice@example.com;evil@example.com"),
        *("Alice <alice@example.com>", "alice@example.com\r\nBcc: evil@example.com"),
        *("alice@example.com\n", "\nalice@example.com x", "alice@exa mple.com"),
        *("alice@-example.com", ".alice@example.com", "alice..b@example.com", "alice@example"),
        *("<alice@example.com>", '"a,b"@example.com', "alice@[127.0.0.1]", "алиса@example.com"),
        *(f"{'a' * 65}@example.com", f"a@{'b' * 64}.com", f"a@{'b.' * 130}com", "a@b\x00.com"),
    ],
)
def test_what_is_not_one_address_is_none(text: str) -> None:
    if text.strip() == "alice@example.com":
        assert parse_email(text) == "alice@example.com"
        return
    with pytest.raises(ValueError, match="one e-mail address"):
        parse_email(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" alice@example.com ", "alice@example.com"),
        ("o'neil+sail@sub.example.co", "o'neil+sail@sub.example.co"),
        ("jose@josé.example", "jose@xn--jos-dma.example"),
    ],
)
def test_what_is_one_address(text: str, address: str) -> None:
    assert parse_email(text) == address


def test_links_are_whole(settings: Settings) -> None:
    letter = SAMPLES["Your sail"]
    rendered = render(settings, default(settings.mail), letter.kind, letter.values)

    assert "http://localhost/g/2026-05-23-alice-sunset/waiver" in rendered.text
    assert 'href="http://localhost/g/2026-05-23-alice-sunset/waiver"' in rendered.html


def test_your_sail_has_all_that_somebody_needs(settings: Settings) -> None:
    letter = SAMPLES["Your sail"]
    text = render(settings, default(settings.mail), letter.kind, letter.values).text

    for needed in (
        "6:30 pm",
        "Harbor Island Drive",
        "Bring:",
        "waiver",
        "$150",
        "Zelle",
        "Weather",
    ):
        assert needed in text


def test_the_style_is_one_and_holds_no_way_out() -> None:
    assert "url(" not in STYLE and "@import" not in STYLE


def test_a_header_that_slips_in_stops_the_letter(settings: Settings) -> None:
    """The guard behind the guard: it would have one more header than we gave it."""
    rendered = Rendered("=?utf-8?q?=0D=0ABcc:_evil@example.com?=", "text", "<p>html</p>")

    with pytest.raises(ValueError, match="another header"):
        message(settings, rendered, "alice@example.com", SENDER, "x", datetime.now(UTC))

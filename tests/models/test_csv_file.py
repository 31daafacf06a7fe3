"""A report as CSV: every figure exact, and nothing that a spreadsheet takes for a formula."""

import pytest

from scc.ledger.model import Row
from scc.reports.csv_file import defused, dollars, entries_csv, totals_csv
from scc.reports.model import Totals
from tests.models.sample import entry

ENTRY_HEAD = (
    "\ufeffday,logged_at,event,number,kind,of,method,payer,amount,tip,money,"
    "reference,note,by,late\r\n"
)
TOTAL_HEAD = "\ufeffmethod,payments,received,tips,refunded,bounced,net,late\r\n"


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@x", "|x", "%x"),
        *(" =1", "\u00a0=1", "\u2028=1", "\u2029=1", "\0=1", "\u200e=1", "\ufeff=1", " \t =1"),
        *("＝1", "＋1", "－1", "＠x"),
        *("\tAlice", "\rAlice", "\nAlice", "="),
    ],
)
def test_what_could_be_a_formula_is_led_by_an_apostrophe(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize(
    "text",
    ["", "Alice", "Xavier", "a=1", "1-2", " Alice", "'=1", "$450", "−5", "a\n=1", " ", "x\t"],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (99, "0.99"),
        (100, "1.00"),
        (45050, "450.50"),
        (123456789, "1234567.89"),
        (-1, "-0.01"),
        (-12345, "-123.45"),
    ],
)
def test_dollars_are_exact(cents: int, text: str) -> None:
    assert dollars(cents) == text


def written(number: int, kind: str = "payment", slug: str = "a", **said: object) -> Row:
    return Row(f"event#{slug}#1", entry(number, kind, **said), {})


def test_one_line_an_entry() -> None:
    rows = [
        written(
            *(1, "payment"), tip_cents=5000, payer="=Alice", reference="+1", note="one \n two\n\n=3"
        ),
        written(2, "bounced", of=1, method="check", reason="no\nfunds", cents=45050),
    ]
    late = [written(3, "refund", "=b", cents=None, method="wire", payer="Bob, Jr.", note="-")]

    assert entries_csv(rows, late) == ENTRY_HEAD + (
        "2026-05-23,2026-05-23T20:00:00Z,a~1,1,payment,,Zelle,'=Alice,450.00,50.00,500.00,"
        "'+1,one / two / =3,Dee,\r\n"
        "2026-05-23,2026-05-24T20:00:00Z,a~1,2,bounced,1,Check,Alice,450.50,0.00,-450.50,"
        ",no / funds,Dee,\r\n"
        '2026-05-23,2026-05-25T20:00:00Z,\'=b~1,3,refund,,Not known,"Bob, Jr.",0.00,0.00,0.00,'
        ",'-,Dee,late\r\n"
    )


def test_a_note_comes_before_a_reason() -> None:
    line = entries_csv([written(1, note="note", reason="reason")], []).splitlines()[1]

    assert line.split(",")[-3:] == ["note", "Dee", ""]


def test_nothing_is_a_line_of_names() -> None:
    assert entries_csv([], []) == ENTRY_HEAD
    assert totals_csv([], []) == TOTAL_HEAD


def test_one_line_a_method() -> None:
    found = totals_csv(
        [Totals("cash", 2, 45050, 500, 100, 1), Totals("zelle", -1, -100)],
        [Totals("", 1, 1)],
    )

    assert found == TOTAL_HEAD + (
        "Cash,2,450.50,5.00,1.00,0.01,454.49,\r\n"
        "Zelle,-1,-1.00,0.00,0.00,0.00,-1.00,\r\n"
        "Not known,1,0.01,0.00,0.00,0.00,0.01,late\r\n"
    )

"""`flask import`: what each row would do, then what it did; what can’t be read goes to a file."""

from datetime import timedelta
from pathlib import Path

import pytest

from scc.bookings import store
from scc.context import Context
from tests.bookings.acts import csv_bytes, fareharbor
from tests.emulator import app_environment
from tests.given import all_events
from tests.ops.test_commands import flask


@pytest.fixture
def file(ctx: Context, tmp_path: Path) -> Path:
    day = ctx.today() + timedelta(days=3)
    rows = [fareharbor(1, day), fareharbor(2, day, Total="lots"), fareharbor(3, day)]
    path = tmp_path / "bookings.csv"
    path.write_bytes(csv_bytes(rows, title="Bookings report"))
    return path


def run(aws: dict[str, str], *arguments: str) -> tuple[int, str]:
    done = flask("import", *arguments, **(app_environment() | aws))
    return done.returncode, done.stdout + done.stderr


def test_it_plans_first_and_then_applies(
    ctx: Context, aws: dict[str, str], file: Path, tmp_path: Path
) -> None:
    status, told = run(aws, str(file), "--site", "FareHarbor")

    assert status == 0 and "line 4: Can’t be read. Total: " in told
    assert "New: 2. Can’t be read: 1." in told and "Nothing is written yet" in told
    assert all_events(ctx) == []

    broken = tmp_path / "broken.csv"
    status, told = run(aws, str(file), "--site", "FareHarbor", "--apply", "--broken", str(broken))

    assert (status, len(all_events(ctx))) == (0, 2)
    assert broken.read_text(encoding="utf-8-sig").count("#29000000") == 1
    assert "Nothing new: 2" in run(aws, str(file), "--site", "FareHarbor")[1]


def test_an_unknown_column_is_asked_for_and_remembered(
    ctx: Context, aws: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "b.csv"
    file.write_text("Nr,Name,Date,Cake\nA-1,Bo,23/5/2031,yes\n", encoding="utf-8")

    status, told = run(aws, str(file), "--site", "kahn")
    assert status == 1 and "--column 'Cake=…'" in told and "No column is: Booking number." in told

    said = ("--column", "Nr=ref", "--column", "Cake=-", "--day-first")
    assert "New: 1." in run(aws, str(file), "--site", "kahn", *said)[1]
    assert "New: 1." in run(aws, str(file), "--site", "kahn")[1]
    assert store.remembered(ctx, "kahn").day_first


def test_what_is_no_csv_file_is_said(aws: dict[str, str], ctx: Context, tmp_path: Path) -> None:
    file = tmp_path / "b.xlsx"
    file.write_bytes(b"PK\x03\x04")

    status, told = run(aws, str(file), "--site", "peek")

    assert status == 1 and "no CSV file" in told and "Traceback" not in told

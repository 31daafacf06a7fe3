"""What a release says: of the log, of drift, in the letter. Pure."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from scc.ops.function import Live
from scc.ops.releases import compare, history
from scc.ops.releases.compare import Drift
from scc.ops.releases.letter import letter
from scc.ops.releases.logs import wrong_in
from scc.ops.releases.record import Record, digest

CANARY = "canary-4711"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"route": "events.list", "status": 200}, []),
        ({"route": "api.log_payment", "status": 401}, []),
        ({"route": "events.list", "status": 503}, ["events.list: 503"]),
        (
            {"route": "events.list", "status": 500, "error": ["KeyError at scc/events/views.py:1"]},
            ["events.list: KeyError at scc/events/views.py:1"],
        ),
        (
            {"job": "adopt", "error": ["Unavailable at scc/aws.py:1"]},
            ["adopt: Unavailable at scc/aws.py:1"],
        ),
        (f"Traceback (most recent call last): {CANARY}", ["a line with 'Traceback'"]),
        (
            f"2026-05-23 Task timed out after 15.00 seconds {CANARY}",
            ["a line with 'Task timed out'"],
        ),
        ("START RequestId: 1 Version: $LATEST", []),
        ("[1, 2]", []),
    ],
)
def test_errors_in_the_log(line: object, told: list[str]) -> None:
    assert list(wrong_in(line if isinstance(line, str) else json.dumps(line))) == told


def live(**changes: object) -> Live:
    return Live(
        **{
            "name": "scc-staging", "arn": "", "revision": "", "code_sha256": "a", "changed_at": "",
            "read_at": "",
            "configuration": {"MemorySize": 1024}, "variables": {"A": CANARY}, "snapshots": False,
            "served": None, **changes,
        }
    )  # type: ignore[arg-type]  # fmt: skip


def record(**changes: object) -> Record:
    return Record(
        **{
            "id": "20260523T182230123-f00d", "stage": "production", "outcome": "passed",
            "made_at": "2026-05-23T18:22:30.123Z", "by": "", "commit": "f00d", "digest": "",
            "code_sha256": "a", "configuration": {"MemorySize": 1024}, "environment": {},
            **changes,
        }
    )  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize(
    ("stands", "served", "told"),
    [
        (live(), "a", []),
        (live(code_sha256="b"), "b", ["code: it is not the code of 20260523T182230123-f00d"]),
        (live(), "b", ["code: what answers is another version than the newest"]),
        (
            live(configuration={"MemorySize": 128}),
            "a",
            ["configuration: MemorySize is 128, not 1024"],
        ),
        (
            live(variables={"A": "other", "B": CANARY}),
            "a",
            ["environment: A is another", "environment: B is new"],
        ),
        (live(variables={}), "a", ["environment: A is gone"]),
    ],
)
def test_drift(stands: Live, served: str, told: list[str]) -> None:
    found = compare.of_function(stands, served, record(), {"A": CANARY})
    assert [str(drift) for drift in found] == told


def test_drift_is_accepted_by_its_kind() -> None:
    drifts = [Drift("code", "x"), Drift("edge", "y")]
    assert compare.unnamed(drifts, "") == drifts
    assert compare.unnamed(drifts, "environment, edge") == drifts[:1]


def test_letter_says_what_is_new_and_how_to_go_back() -> None:
    now = record(news=("Log a payment in two taps",), passed=("an admin signs in",))
    text = letter(now, record(made_at="2026-05-01T08:00:00.000Z"), "https://www.example.com")
    assert text.startswith("Subject: Ship Captain Crew: production has a new release\n")
    for words in (
        "- Log a payment in two taps",
        "- an admin signs in",
        "https://www.example.com/scc/ runs a new release since 2026-05-23 18:22 UTC",
        "flask --app wsgi release rollback production",
        "of 2026-05-01 08:00 UTC",
    ):
        assert words in text
    assert "nothing to go back to" in letter(now, None, "https://www.example.com")


def package(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_digest_is_of_all_but_zappas_settings(tmp_path: Path) -> None:
    base = {"scc/app.py": "1", "zappa_settings.py": "staging", "package_info.json": "today"}
    one = digest(package(tmp_path / "1.zip", **base))
    other = {**base, "zappa_settings.py": "production", "package_info.json": "tomorrow"}
    assert digest(package(tmp_path / "2.zip", **other)) == one
    assert digest(package(tmp_path / "3.zip", **{**base, "scc/app.py": "2"})) != one
    ours = {**base, "scc/ops/zappa_settings.py": "ours"}  # not Zappa's, for all its name
    assert digest(package(tmp_path / "4.zip", **ours)) != one


def test_a_commit_is_of_unchanged_files_alone(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        who = ["-c", "user.name=Nobody", "-c", "user.email=nobody@example.com"]
        done = subprocess.run(["git", *who, *words], cwd=tmp_path, capture_output=True, check=True)
        return done.stdout.decode().strip()

    assert history.commit_of(tmp_path) == ""
    (tmp_path / "scc").mkdir()
    (tmp_path / "scc/app.py").write_text("1")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "One")
    first = git("rev-parse", "HEAD")
    (tmp_path / "zappa_settings.json").write_text("{}")
    assert history.commit_of(tmp_path) == first
    (tmp_path / "scc/new.py").write_text("2")
    assert history.commit_of(tmp_path) == ""
    git("add", ".")
    git("commit", "--quiet", "--message", "Two")
    assert history.news(tmp_path, first, git("rev-parse", "HEAD")) == ["Two"]
    assert history.news(tmp_path, "", first) == []

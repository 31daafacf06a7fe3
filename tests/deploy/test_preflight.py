"""What would not run on Lambda is refused before it is packaged, with what to do."""

import subprocess
from pathlib import Path

import click
import pytest

from deploy import preflight, runtime_venv
from deploy.runtime_venv import FOR_HERE, FOR_LAMBDA, NotForLambda, lambda_runtime


@pytest.fixture
def on_lambdas_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_venv, "interpreter", lambda_runtime)


def test_another_python_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime_venv, "interpreter", lambda: "python3.10")
    with pytest.raises(NotForLambda, match=r"runs python3\.13, but this is python3\.10"):
        runtime_venv.build(FOR_LAMBDA)
    with pytest.raises(click.ClickException, match=r"this is python3\.10"):
        preflight.check()


@pytest.mark.usefixtures("on_lambdas_python")
def test_another_venv_is_refused() -> None:
    with pytest.raises(NotForLambda, match="deploy/activate"):
        runtime_venv.refuse_unfit(FOR_HERE)


@pytest.mark.usefixtures("on_lambdas_python")
def test_a_venv_from_other_requirements_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(runtime_venv, "FOR_LAMBDA", tmp_path)
    (tmp_path / "built.json").write_text('{"inputs": "other"}')
    with pytest.raises(NotForLambda, match="today's requirements"):
        runtime_venv.refuse_unfit(tmp_path)


def test_an_example_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "refuse_unfit", lambda _: None)
    with pytest.raises(click.ClickException, match=r"SCC_PUBLIC_URL.*example\.com"):
        preflight.check()


def test_activate_fails_where_nothing_is_set_up(tmp_path: Path) -> None:
    activate = runtime_venv.ROOT / "deploy/activate"
    done = subprocess.run(
        ["sh", "-c", f". {activate} && echo on"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "make check" in done.stderr

"""Bytecode that Python takes although Zappa dates every file 1980."""

import py_compile
import zipfile
from pathlib import Path

import pytest

from deploy.package import compile_missing, stale_bytecode

SOURCE = "ANSWER = 42\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A zip as Zappa leaves it, with one module."""
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("scc/app.py"), SOURCE)
    return path


def add_bytecode(package: Path, source: str, mode: py_compile.PycInvalidationMode) -> None:
    module = package.with_name("app.py")
    module.write_text(source)
    cached = Path(str(py_compile.compile(str(module), invalidation_mode=mode)))
    with zipfile.ZipFile(package, "a") as archive:
        archive.write(cached, f"scc/__pycache__/{cached.name}")


def test_missing_bytecode_is_made(package: Path) -> None:
    compile_missing(package)
    with zipfile.ZipFile(package) as archive:
        assert len(archive.namelist()) == 2
    assert stale_bytecode(package) == []


def test_same_sources_give_the_same_package(package: Path) -> None:
    before = package.read_bytes()
    compile_missing(package)
    once = package.read_bytes()
    package.write_bytes(before)
    compile_missing(package)
    assert package.read_bytes() == once


@pytest.mark.parametrize(
    ("source", "mode", "stale"),
    [
        (SOURCE, py_compile.PycInvalidationMode.CHECKED_HASH, 0),
        (SOURCE, py_compile.PycInvalidationMode.TIMESTAMP, 1),
        ("ANSWER = 41\n", py_compile.PycInvalidationMode.CHECKED_HASH, 1),
    ],
)
def test_what_python_would_throw_away_is_found(
    package: Path, source: str, mode: py_compile.PycInvalidationMode, stale: int
) -> None:
    add_bytecode(package, source, mode)
    assert len(stale_bytecode(package)) == stale

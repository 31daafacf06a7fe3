"""The package as Zappa leaves it, made fit. Zappa's `zip` callback.

Zappa packs the whole working directory; whatever lies about in it beside the app is taken out.

Bytecode for the app's own modules is added. The run-time venv brings its own
(deploy/runtime_venv.py). The app's is made here and not in the working tree, whose bytecode is
checked by time: Zappa dates every file 1980, so Python would compile each module anew at every
cold start.

Then the release goes on (deploy/release.py).
"""

import importlib.util
import py_compile
import struct
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any, Final

import click

# Zappa loads this file by itself, from a program that doesn't look for modules here.
sys.path.append(str(Path(__file__).resolve().parent.parent))

from deploy import release

_CHECKED_BY_HASH: Final = 0b11
"""The flags of bytecode that Python holds against its source's hash (PEP 552)."""


_OURS: Final = frozenset(
    {"scc", "static", "templates", "wsgi.py"}  # the app
    | {"zappa_settings.py", "package_info.json", "__init__.py", "__pycache__"}  # Zappa's own
)
"""All of the working directory that is packaged. What zappa_settings.json excludes is merely not
copied about; this list decides."""


def complete(cli: Any) -> None:
    """`cli` is the ZappaCLI, its zip written. Ends the command where bytecode is stale."""
    left_out = keep_only(Path(cli.zip_path), _OURS | _names_in(Path(cli.zappa.get_current_venv())))
    if left_out:
        click.echo(f"Left out of the package: {', '.join(left_out)}")
    compile_missing(Path(cli.zip_path))
    if stale := stale_bytecode(Path(cli.zip_path)):
        raise click.ClickException(
            f"{len(stale)} files of bytecode would be compiled anew at each cold start, such as "
            f"{stale[0]}. Build the run-time venv anew: 'rm -r .venvs/lambda; . deploy/activate'."
        )
    release.prepare(cli)


def _names_in(venv: Path) -> frozenset[str]:
    """What the venv puts at the top of the package."""
    (packages,) = venv.glob("lib/python*/site-packages")
    return frozenset(path.name for path in packages.iterdir())


def keep_only(package: Path, names: frozenset[str]) -> list[str]:
    """Take out of the package what is under no such name, or hidden in ours; gives what it was."""
    with zipfile.ZipFile(package) as archive:
        entries = archive.infolist()
        stray = {entry.filename for entry in entries if not _belongs(entry.filename, names)}
        if not stray:
            return []
        kept = package.with_name(f"{package.name}.kept")
        with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as smaller:
            for entry in entries:
                if entry.filename not in stray:
                    smaller.writestr(entry, archive.read(entry))
    kept.replace(package)
    return sorted({_told(name, names) for name in stray})


def _belongs(name: str, names: frozenset[str]) -> bool:
    top, *below = name.split("/")
    if top not in names:
        return False
    return top not in _OURS or not any(part.startswith(".") for part in below)


def _told(name: str, names: frozenset[str]) -> str:
    """A folder alone where all of it is left out."""
    top = name.split("/")[0]
    return name if top in names else top


def compile_missing(package: Path) -> None:
    """Add bytecode, checked by hash, for every module that has none."""
    with (
        zipfile.ZipFile(package, "a", zipfile.ZIP_DEFLATED) as archive,
        tempfile.TemporaryDirectory() as scratch,
    ):
        names = set(archive.namelist())
        for name in sorted(names):
            bytecode = _bytecode_name(name)
            if bytecode and bytecode not in names:
                # Dated 1980 like all that Zappa packs: the same sources give the same package.
                entry = zipfile.ZipInfo(bytecode)
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, _compiled(archive.read(name), name, Path(scratch)))


def _bytecode_name(name: str) -> str | None:
    return importlib.util.cache_from_source(name) if name.endswith(".py") else None


def _compiled(source: bytes, name: str, scratch: Path) -> bytes:
    module = scratch / "module.py"
    module.write_bytes(source)
    made = py_compile.compile(
        str(module),
        cfile=str(scratch / "module.pyc"),
        dfile=f"/var/task/{name}",  # what a traceback on Lambda shows
        doraise=True,
        invalidation_mode=py_compile.PycInvalidationMode.CHECKED_HASH,
    )
    return Path(str(made)).read_bytes()


def stale_bytecode(package: Path) -> list[str]:
    """Bytecode that Python would not use beside the sources in the package, by its name there."""
    with zipfile.ZipFile(package) as archive:
        names = set(archive.namelist())
        modules = {_bytecode_name(name): name for name in names if name.endswith(".py")}
        return sorted(
            name
            for name in names
            if name.endswith(".pyc")
            and not (name in modules and _fits(archive.read(name), archive.read(modules[name])))
        )


def _fits(bytecode: bytes, source: bytes) -> bool:
    magic, flags = struct.unpack("<4sI", bytecode[:8])
    return (
        magic == importlib.util.MAGIC_NUMBER
        and flags == _CHECKED_BY_HASH
        and bytecode[8:16] == importlib.util.source_hash(source)
    )

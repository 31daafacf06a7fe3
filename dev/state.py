"""LOCAL_DIR: what `make run` keeps between starts, and who is using it."""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scc.passwords import hash_password, verify

_ORPHAN_SECONDS: Final = 60
_EASY_TO_TYPE: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class CannotStart(Exception):
    """`str(error)` says why, and what to do."""


@contextlib.contextmanager
def in_use(home: Path) -> Iterator[Callable[[str], None]]:
    """Keep `home` to ourselves; CannotStart where another `make run` has it.

    Gives a function that tells such another one at which address we are.
    """
    with (home / "run.lock").open("a+") as lock:
        if not _take(lock.fileno()):
            lock.seek(0)
            raise CannotStart(
                f"It is already running on {home}: {lock.read().strip()}\n"
                "Stop that one, or choose another folder with LOCAL_DIR=…"
            )
        _write(lock, f"process {os.getpid()}")
        yield lambda address: _write(lock, f"{address} (process {os.getpid()})")


@contextlib.contextmanager
def emulator_lock(home: Path) -> Iterator[Any]:
    """A lock to hand down to the local AWS, which holds it as long as it lives.

    Where `make run` was killed, its AWS still lives, with all that was not saved yet: that one
    is asked to save and end first. Gives the open file, for its process id.
    """
    with (home / "aws.lock").open("a+") as lock:
        if not _take(lock.fileno()):
            lock.seek(0)
            _end_orphan(lock, lock.read().strip())
        _write(lock, "")
        yield lock


def note_process(lock: Any, process_id: int | None) -> None:
    """Whom to ask to end, should we be killed; None once it has ended."""
    _write(lock, str(process_id or ""))


def _end_orphan(lock: Any, process_id: str) -> None:
    if process_id:
        print("The last run was cut off; saving what its local AWS still holds …", flush=True)
        os.kill(int(process_id), signal.SIGTERM)
    until = time.monotonic() + _ORPHAN_SECONDS
    while time.monotonic() < until:
        if _take(lock.fileno()):
            return
        time.sleep(0.05)
    raise CannotStart(f"The local AWS of the last run does not end: process {process_id or '?'}.")


def _take(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(lock: Any, text: str) -> None:
    lock.seek(0)
    lock.truncate()
    lock.write(text)
    lock.flush()


@dataclass(frozen=True)
class Secrets:
    """The app's settings that are secret, and the password if it was made here."""

    environment: dict[str, str]
    made_password: str | None


def read_secrets(home: Path, password: str) -> Secrets:
    """Made at the first start, the same ever after. `password`: given for this start, or empty.

    The hash is kept too: another one of the same password would sign everybody out.
    """
    path = home / "secrets.json"
    kept = _read(path)
    made = None if password else kept.setdefault("password", _make_password())
    kept.setdefault("secret_key", secrets.token_urlsafe(48))
    kept.setdefault("seal_keys", {"k1": secrets.token_urlsafe(48)})
    if not verify(kept.get("password_hash", ""), password or kept["password"]):
        kept["password_hash"] = hash_password(password or kept["password"])
    _replace(path, json.dumps(kept, indent=2))
    environment = {
        "SECRET_KEY": kept["secret_key"],
        "SCC_SEAL_KEYS": json.dumps(kept["seal_keys"]),
        "ADMIN_PASS_HASH": kept["password_hash"],
    }
    return Secrets(environment, made)


def _make_password() -> str:
    groups = ("".join(secrets.choice(_EASY_TO_TYPE) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        kept: dict[str, Any] = json.loads(path.read_text())
    except ValueError as error:
        raise CannotStart(f"{path} can't be read: {error}") from error
    return kept


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    new.replace(path)

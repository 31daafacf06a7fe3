"""`make run`: the app on this machine, with an AWS of its own and a sample season.

Reads PORT, LOCAL_DIR and ADMIN_PASSWORD. Ctrl-C, SIGTERM or a closed terminal: the requests
under way are answered, the local AWS saves, and it ends with status 0.
"""

import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

from dev import season, serve, state
from dev.emulator import Emulator, EmulatorFailed, aws_environment, outside_aws, start
from dev.state import CannotStart
from scc import heartbeat
from scc.app import create_app
from scc.aws import deadline
from scc.bookings.adopt import adopt_new
from scc.context import Context
from scc.crew.settling import settle_all
from scc.errors import ConfigError, SccError
from scc.letters.service import write_sail_letters
from scc.mail import service as mail
from scc.ops.tables import Names, make_tables
from scc.waivers.counting import recount

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody wants it to end. No `except Exception` on the way may keep it."""


def main() -> int:
    for name in SIGNALS:
        signal.signal(name, _stop)
    try:
        run(outside_aws())
    except Stopped:
        return 0
    except (CannotStart, ConfigError, EmulatorFailed) as error:
        print(error, file=sys.stderr)
        return 1


def _stop(*_: Any) -> NoReturn:
    for name in SIGNALS:  # once is enough: what follows saves, and must not be cut off
        signal.signal(name, signal.SIG_IGN)
    raise Stopped


def run(env: Mapping[str, str]) -> NoReturn:
    """Serve until stopped, by Stopped. Raises CannotStart, ConfigError and EmulatorFailed."""
    home = Path(env.get("LOCAL_DIR") or ".local").resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with state.in_use(home) as say_where, _listening(env.get("PORT") or "8000") as listener:
        address = f"http://{serve.HOST}:{listener.getsockname()[1]}/"
        say_where(address)
        secrets = state.read_secrets(home, env.get("ADMIN_PASSWORD", ""))
        with _emulator(home) as emulator:
            os.environ.clear()
            os.environ.update(env, **aws_environment(emulator.port))
            zone = {"SCC_TIMEZONE": env.get("SCC_TIMEZONE", "")}
            app = create_app({"SCC_STAGE": "local", **zone, **secrets.environment})
            _prepare(emulator, app.extensions["scc"])
            with serve.serving(app, listener):
                _greet(home, address, secrets.made_password)
                _wait(emulator, app.extensions["scc"])


@contextlib.contextmanager
def _listening(port: str) -> Iterator[socket.socket]:
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise CannotStart(f"PORT is {port!r}; give a number up to 65535, such as PORT=8001")
    try:
        listener = serve.listen(int(port))
    except PermissionError as error:
        raise CannotStart(f"Port {port} is not open to you; choose one with PORT=8001") from error
    except OSError as error:
        raise CannotStart(
            f"Port {port} is taken by another program. Choose another one: make run PORT=8001"
        ) from error
    with listener:
        yield listener


@contextlib.contextmanager
def _emulator(home: Path) -> Iterator[Emulator]:
    """The local AWS with its saved state, which is saved again at the end."""
    with state.emulator_lock(home) as lock:
        emulator = start(home, keep=True, pass_fds=(lock.fileno(),))
        state.note_process(lock, emulator.process.pid)
        try:
            yield emulator
        finally:
            emulator.stop()
            state.note_process(lock, None)
            print(f"Saved in {home}", flush=True)


def _prepare(emulator: Emulator, ctx: Context) -> None:
    """Tables as they are declared now, and a whole season: half of one is not kept."""
    tables = Names("local")
    make_tables(ctx.db.client, tables)
    if season.is_loaded(ctx):
        return
    print("Loading a sample season …", flush=True)
    emulator.post("/_ministack/reset")
    make_tables(ctx.db.client, tables)
    season.load(ctx)


def _greet(home: Path, address: str, password: str | None) -> None:
    secret = f"the password {password}" if password else "the password given as ADMIN_PASSWORD"
    print(
        f"\nShip Captain Crew is at {address}\n"
        f"Sign in with your name and {secret}\n"
        f"Ctrl-C ends it; everything is kept in {home}\n",
        flush=True,
    )


def _wait(emulator: Emulator, ctx: Context) -> NoReturn:
    """Meanwhile do what the schedule does on a deployed stage."""
    clock = Clock(ctx)
    while emulator.process.poll() is None:
        clock.tick()
        time.sleep(0.5)
    raise EmulatorFailed(f"The local AWS ended by itself; see {emulator.log}")


class Clock:
    """Every minute what another writer put into the table takes its place in the lists, letters
    leave, waivers are counted and the crew is tended; *Your sail* is written every hour."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._next = {self._adopt: 0.0, self._send: 0.0, self._write: 0.0}

    def tick(self) -> None:
        now = time.monotonic()
        for job, due in self._next.items():
            if now >= due:
                self._next[job] = now + job()

    def _adopt(self) -> float:
        with contextlib.suppress(SccError), deadline():
            adopt_new(self._ctx.db, self._ctx.settings.timezone)
            heartbeat.beat(self._ctx, "adopt")
        return 60

    def _send(self) -> float:
        with contextlib.suppress(SccError), deadline():
            mail.drain(self._ctx)
            heartbeat.beat(self._ctx, "mail")
            recount(self._ctx)
            settle_all(self._ctx)
        return 60

    def _write(self) -> float:
        with contextlib.suppress(SccError), deadline():
            write_sail_letters(self._ctx)
        return 3600


if __name__ == "__main__":
    sys.exit(main())

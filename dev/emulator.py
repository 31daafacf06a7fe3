"""ministack, the local AWS: started on a free loopback port, stopped so that it keeps its state.

`make run`, the tests and the deployment's tests all start it here. It has a venv of its own,
because it pins botocore.
"""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REGION: Final = "us-west-2"
PROGRAM: Final = Path(__file__).parent.parent / ".venvs/ministack/bin/python"
STARTER: Final = Path(__file__).with_name("ministack.py")
_START_SECONDS: Final = 30
_STOP_SECONDS: Final = 60


class EmulatorFailed(Exception):
    """ministack did not start, or did not end; `str(error)` says what to look at."""


def aws_environment(port: int, account: str = "000000000000") -> dict[str, str]:
    """What boto3, the AWS CLI and Zappa need to reach it. A 12-digit key is its own account."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
    }


def outside_aws() -> dict[str, str]:
    """The environment without anything about AWS, so that nothing real is ever reached."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


@dataclass(frozen=True)
class Emulator:
    process: "subprocess.Popen[bytes]"
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def post(self, path: str) -> None:
        """A request to ministack's own routes, such as `/_ministack/reset`."""
        if _status(self.port, path, "POST") != http.client.OK:
            raise EmulatorFailed(f"ministack refused {path}; see {self.log}")

    def stop(self) -> None:
        """End it as it wants to be ended, once, and wait: it saves its state on SIGTERM alone.

        Raises EmulatorFailed where what it held may not be saved.
        """
        self.process.terminate()
        try:
            status = self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise EmulatorFailed(
                f"The local AWS (process {self.process.pid}) is still saving; see {self.log}"
            ) from error
        if status != 0 or "failed to save" in self.log.read_text(errors="replace"):
            raise EmulatorFailed(f"The local AWS may not have saved everything; see {self.log}")


def start(
    home: Path,
    *,
    keep: bool,
    pass_fds: tuple[int, ...] = (),
    level: str = "WARNING",
    auth: bool = False,
) -> Emulator:
    """Start ministack with its files under `home`; with `keep`, with the state saved there.

    `pass_fds` stay open in it as long as it lives. With `auth`, functions may do only what their
    role allows. Raises EmulatorFailed.
    """
    scratch = home / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)  # unzipped code of functions, 80 MB a deployment
    scratch.mkdir(parents=True)
    log = home / "ministack.log"
    for _ in range(3):  # another process may take the port before ministack does
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [PROGRAM, "-P", STARTER],  # -P: what lies beside it is ours
                env=_environment(home, port, keep, level) | {"AUTH": str(auth).lower()},
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=pass_fds,
                start_new_session=True,  # a terminal's Ctrl-C is for us; we then stop it, once
            )
        ready = False
        try:
            ready = _is_ready(process, port)
        finally:
            if not ready:
                process.terminate()
                process.wait(_STOP_SECONDS)
        if ready:
            return Emulator(process, port, log)
    raise EmulatorFailed(f"The local AWS did not start; see {log}")


@contextlib.contextmanager
def running(
    home: Path, *, keep: bool = False, level: str = "WARNING", auth: bool = False
) -> Iterator[Emulator]:
    """ministack for the length of a block."""
    emulator = start(home, keep=keep, level=level, auth=auth)
    try:
        yield emulator
    finally:
        emulator.stop()


def _environment(home: Path, port: int, keep: bool, level: str) -> dict[str, str]:
    """All of its environment: whatever else it had would leak into every function it runs."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "LAMBDA_EXECUTOR": "local",
        "PERSIST_STATE": "1" if keep else "0",
        "STATE_DIR": str(home / "aws"),
        "S3_PERSIST": "1" if keep else "0",
        "S3_DATA_DIR": str(home / "s3"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "LOG_LEVEL": level,
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_ready(process: "subprocess.Popen[bytes]", port: int) -> bool:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if _status(port, "/_ministack/health", "GET") == http.client.OK:
                return process.poll() is None
        time.sleep(0.02)
    return False


def _status(port: int, path: str, method: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path)
        return connection.getresponse().status
    finally:
        connection.close()

"""What mail and calendars cost who asks for none: nothing."""

import os
import subprocess
import sys
from pathlib import Path

from tests.older import quick_environment

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from scc.app import create_app
app = create_app()
answer = app.test_client().get("/scc/sign-in")
assert answer.status_code == 200, answer.status_code
import scc.ops.scheduled
heavy = ("google", "cryptography", "pyasn1", "icalendar", "scc.mail.gmail", "scc.mail.ses")
print([name for name in heavy if name in sys.modules])
"""


def test_a_cold_start_imports_nothing_that_only_mail_and_calendars_need() -> None:
    """With Gmail set up: not the settings bring it in, but a letter."""
    gmail = {"GMAIL_SENDER_EMAIL": "crew@example.com", "GMAIL_TOKEN": "{}"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | quick_environment() | gmail,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr

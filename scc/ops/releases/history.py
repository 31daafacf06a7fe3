"""Which commit is released, and what is new since another: asked of git."""

import subprocess
from pathlib import Path
from typing import Final

PACKAGED: Final = ("scc", "static", "templates", "wsgi.py", "requirements.txt")
"""What of the checkout gets into a package, or decides what does."""


def commit_of(checkout: Path) -> str:
    """The commit whose files these are; empty where they are of none, or were changed since."""
    commit = _git(checkout, "rev-parse", "--verify", "HEAD")
    changed = _git(checkout, "status", "--porcelain", "--", *PACKAGED)
    return "" if changed is None or changed else commit or ""


def news(checkout: Path, since: str, commit: str) -> list[str]:
    """The subjects of the commits between the two, newest first; nothing where git can't tell."""
    if not since or not commit:
        return []
    told = _git(checkout, "log", "--no-merges", "--format=%s", f"{since}..{commit}") or ""
    return told.splitlines()


def _git(checkout: Path, *words: str) -> str | None:
    """What git says; None where it can't."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            ["git", "-C", str(checkout), *words],  # noqa: S607 - the operator's git
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()

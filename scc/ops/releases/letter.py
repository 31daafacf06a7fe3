"""The owner's letter after a release: what is new, what was looked at, how to go back. Pure."""

from typing import Any

from scc.ops.releases.record import Record


def letter(record: Record, before: Record | None, url: str) -> str:
    """Subject and body, as plain text."""
    lines = [
        f"Subject: Ship Captain Crew: {record.stage} has a new release",
        "",
        f"{url}/scc/ runs a new release since {_said(record.made_at)}.",
        "",
        "What is new",
        *(f"- {line}" for line in record.news or ("Nothing that the history tells.",)),
        "",
        "What was looked at, from outside",
        *(f"- {line}" for line in record.passed),
        "",
        "How to go back",
        *_way_back(record, before),
    ]
    return "\n".join(lines)


def told(record: Record, before: Record | None) -> dict[str, Any]:
    """The same for the outbox, whose letter says it in its own words."""
    return {
        "id": record.id,
        "news": list(record.news or ("Nothing that the history tells.",)),
        "passed": list(record.passed),
        "way_back": " ".join(_way_back(record, before)).strip(),
        "by": record.by,
    }


def _way_back(record: Record, before: Record | None) -> list[str]:
    if before is None:
        return ["There is nothing to go back to: this is the first release that is kept."]
    return [
        f"    flask --app wsgi release rollback {record.stage}",
        f"puts back what ran before, of {_said(before.made_at)}: code, settings and edge.",
    ]


def _said(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"

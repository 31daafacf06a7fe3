"""What somebody is woken for, declared once. Pure: `watching.py` brings it to AWS.

Metrics come from the app's own lines in the log (`pattern`, in the language of CloudWatch Logs,
"Filter pattern syntax for metric filters") or from Lambda.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from scc.heartbeat import JOBS


@dataclass(frozen=True)
class Alarm:
    """It rings where the metric's sum over a period reaches `least`, or, `silent`, is nothing."""

    name: str
    says: str
    """What it means and what to do: the text of the mail that goes out."""
    metric: str
    pattern: str = ""
    """Of the log's lines that are counted; empty: the metric is Lambda's own."""
    least: int = 1
    period: int = 300
    """Seconds."""
    periods: int = 1
    silent: bool = False


def _silence(job: str, patience: timedelta) -> Alarm:
    """The metric of a whole patience, in periods that CloudWatch takes: an hour from a day on."""
    seconds = round(patience.total_seconds())
    period = 3600 if seconds >= 86400 else 300
    return Alarm(
        f"silent-{job}",
        f"The scheduled job {job} has not succeeded for {_said(patience)}. Its lines in the log "
        "say why; without any, the rule in EventBridge is off or gone.",
        f"done-{job}",
        f'{{ ($.job = "{job}") && ($.outcome = "done") }}',
        period=period,
        periods=seconds // period,
        silent=True,
    )


def _said(patience: timedelta) -> str:
    minutes = round(patience.total_seconds() / 60)
    return f"{minutes // 60} hours" if minutes >= 120 else f"{minutes} minutes"


ALARMS: Final = (
    Alarm(
        "broken-answers",
        "Somebody got an answer that says that something broke or could not be confirmed (5xx). "
        "The line in the log with that status says where.",
        "broken-answers",
        "{ $.status >= 500 }",
    ),
    Alarm(
        "function-errors",
        "The function ended without an answer: it ran out of time or memory, or did not start. "
        "Its log says which.",
        "Errors",
    ),
    Alarm(
        "throttles",
        "Lambda turned requests away: more came at once than the account may run. Look who "
        "sends them, or ask AWS for a higher limit.",
        "Throttles",
    ),
    Alarm(
        "dead-letters",
        "Lambda gave up on a scheduled run after all its tries. Nothing is lost: the next run "
        "does its work. The log says why it failed.",
        "AsyncEventsDropped",
    ),
    Alarm(
        "failed-sign-ins",
        "Ten sign-ins or tokens were refused within five minutes. The audit says from where "
        "(session.refused); past ten from one network they are no longer heard. If somebody "
        "guesses, nothing is to be done; if a password leaked, set another one.",
        "failed-sign-ins",
        "{ ($.status = 401) || ($.status = 429) }",
        least=10,
    ),
    Alarm(
        "closed-mail",
        "A way for mail refuses SCC until somebody acts: credentials have ended, say. Letters go "
        "another way or wait. 'flask --app wsgi mail health' says which way, docs/mail.md what "
        "to do.",
        "closed-mail",
        '{ $.alarm = "mail" }',
    ),
    *(_silence(job, patience) for job, patience in JOBS.items()),
)

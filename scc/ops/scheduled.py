"""What runs by the clock on a deployed stage: `events` in zappa_settings.json."""

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any, Final

from scc import heartbeat
from scc.audit.model import Actor, Origin
from scc.aws import Database, deadline, make_client
from scc.bookings.adopt import adopt, adopt_new
from scc.config import read_settings
from scc.context import Context
from scc.crew import morning, settling
from scc.errors import ConditionFailed
from scc.letters import service as letters
from scc.lines import tell
from scc.mail import service as mail
from scc.mail import store
from scc.mail.letters import owner_release
from scc.ops import anchors
from scc.waivers.counting import recount
from scc.weather.service import finish_calls
from scc.web.request_log import NOTES, note_error

_SCHEDULE: Final = Origin(Actor("system", "schedule", "SCC"))

SECONDS: Final = 13.0
"""Two less than Lambda's own limit, so that a long run ends with a line of ours."""


_WHOLE_EVERY: Final = 10
"""Minutes: how often what is known is looked at as well, and not what is new alone."""


def adopt_events(event: Any, context: Any) -> dict[str, Any]:
    """What another writer put into the table takes its place in the lists; gives what it logs.

    Every minute what is new; every tenth all of it, since the other may have moved an hour too.
    Safe to run twice, and to end early: what was adopted stays, the next run does the rest.
    """

    def work(ctx: Context) -> dict[str, Any]:
        look = adopt if ctx.now().minute % _WHOLE_EVERY == 0 else adopt_new
        done = look(ctx.db, ctx.settings.timezone)
        return {"seen": done.seen, "changed": done.changed, "left": done.left}

    return _run("adopt", context, work)


def write_anchors(event: Any, context: Any) -> dict[str, Any]:
    """The days since the last anchor get theirs; gives what it logs, the hashes with it."""

    def work(ctx: Context) -> dict[str, Any]:
        written = anchors.write_anchors(ctx)
        return {"anchors": {str(item["of_day"]): str(item["hash"]) for item in written}}

    return _run("anchor", context, work)


def send_mail(event: Any, context: Any) -> dict[str, Any]:
    """Letters that are due leave; gives what it logs. The net under the pages that ask for it.

    A weather call that was cut off is finished first: its letters come last.
    """

    def work(ctx: Context) -> dict[str, Any]:
        begun = finish_calls(ctx, _SCHEDULE)
        done = mail.drain(ctx)
        return vars(done) | ({"weather_calls": begun} if begun else {})

    return _run("mail", context, work)


def write_sail_letters(event: Any, context: Any) -> dict[str, Any]:
    """*Your sail* waits in the outbox for each sail that is two days away."""
    return _run("sail-letters", context, lambda ctx: {"written": letters.write_sail_letters(ctx)})


def count_waivers(event: Any, context: Any) -> dict[str, Any]:
    """The cards say how many have signed; gives how many of them changed."""

    def work(ctx: Context) -> dict[str, Any]:
        return {"changed": recount(ctx)}

    return _run("waivers", context, work)


def tend_crew(event: Any, context: Any) -> dict[str, Any]:
    """Who is asked again, reminded or no longer needed is told; late tips are split; in the
    morning the office hears which sails are not ready."""

    def work(ctx: Context) -> dict[str, Any]:
        return {
            "written": morning.write(ctx),
            "split": morning.split_late_tips(ctx),
            "settled": settling.settle_all(ctx),
        }

    return _run("crew", context, work)


def tell_of_release(event: Any, context: Any) -> dict[str, Any]:
    """The owner's letter about a release waits in the outbox; asked for by who released.

    `event["release"]`: `id`, `news`, `passed`, `way_back`, `by`. Safe to run twice.
    """

    def work(ctx: Context) -> dict[str, Any]:
        told = event["release"]
        letter = owner_release(
            ctx.settings.mail.owner,
            told["id"],
            ctx.settings.stage,
            told["news"],
            told["passed"],
            told["way_back"],
            told["by"],
        )
        writes = store.queued(ctx, letter)
        with contextlib.suppress(ConditionFailed):  # it waits already, or has left
            for write in writes:
                ctx.db.write(write)
        return {"queued": len(writes)}

    return _run("release-letter", context, work)


def _run(job: str, context: Any, work: Callable[[Context], dict[str, Any]]) -> dict[str, Any]:
    """Do it within Lambda's time, and log one line, whatever happens.

    What came of it is on the line as `outcome`: alarms count those that are done.
    """
    started = time.monotonic()
    line: dict[str, Any] = {
        "job": job,
        "outcome": "failed",
        "request_id": getattr(context, "aws_request_id", ""),
    }
    try:
        settings = read_settings(os.environ)
        with deadline(SECONDS):
            ctx = Context(settings, Database(make_client("dynamodb"), settings))
            line |= work(ctx)
            if job in heartbeat.JOBS:
                heartbeat.beat(ctx, job)
        line["outcome"] = "done"
    except Exception as error:  # a raised one would be logged with what it holds
        note_error({NOTES: line}, error)
    line["ms"] = round((time.monotonic() - started) * 1000)
    tell(**line)
    return line

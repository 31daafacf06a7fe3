"""One change of a stage's variables: checked before, served, proved by a request, and noted.

It is made of what the function has at that moment, against its revision, so that two operators
never undo each other.
"""

from collections.abc import Mapping, Sequence

from scc.ops.deployment import Deployment
from scc.ops.environment import (
    Unfit,
    Variables,
    problems,
    problems_with,
    refuse_too_much,
)
from scc.ops.function import NotChanged
from scc.ops.releases.outside import NotReached, Outside
from scc.ops.rotations import Change


def change_variables(deployment: Deployment, names: Sequence[str], change: Change) -> list[str]:
    """Change these and no others; gives what would still keep the app from starting.

    Raises Unfit with nothing changed, for what is malformed or too much. Raises NotChanged where
    the app does not answer with it: what was there before is then there again.
    """
    function, kept = deployment.function, deployment.kept
    kept.archive.seal({})  # without its key nothing could be kept of what comes
    before = function.read().variables

    def checked(now: Variables) -> Mapping[str, str]:
        wanted = change(now)
        for name in names:
            if name in wanted and (found := problems_with(name, wanted)):
                raise Unfit("\n".join(found))
        refuse_too_much(wanted)
        return wanted

    live = function.change(checked)
    missing = problems(live.variables)
    if not missing and not _answers(deployment, live.variables):
        earlier = {name: before.get(name) for name in names}
        function.change(lambda now: _with(now, earlier))
        raise NotChanged(
            "With it the app did not answer, so what was there before is there again. Its log "
            f"says why: zappa tail {deployment.stage}."
        )
    kept.note_secrets(names, live.variables)
    return missing


def _with(now: Variables, values: Mapping[str, str | None]) -> dict[str, str]:
    """Also without those that are None."""
    merged: dict[str, str | None] = {**now, **values}
    return {name: value for name, value in merged.items() if value is not None}


def _answers(deployment: Deployment, variables: Variables) -> bool:
    try:
        outside = Outside(deployment, None, variables)  # paths may not lead to it yet
    except NotReached:  # no API yet: the first deployment did not end
        return True
    return outside.ask("/scc/healthz").status == 200

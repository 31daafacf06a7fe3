"""Back to a configuration that was kept: SCC's own part of it alone. Pure."""

import copy
from collections.abc import Iterator, Sequence

from scc.ops.edge.live import (
    STAGES,
    Live,
    behaviors,
    errors,
    items,
    origins,
    patterns,
    place,
    taken_whole_by,
)
from scc.ops.edge.order import placed
from scc.ops.edge.patterns import normal
from scc.ops.edge.plan import Plan, Refused
from scc.ops.edge.wanted import ERRORS, PATHS, Document, listed, origin_document, origin_id


def restoring(
    live: Live, saved: Document, only: Sequence[str] = (), dropped: Sequence[str] = ()
) -> Plan:
    """What to change so that SCC's paths (all, or `only` some) are as `saved` has them.

    Others' behaviours and origins stay as they are now. `dropped` came out with it and come back.
    The edge's secrets are those that the functions take now. Raises Refused.
    """
    if unknown := [path for path in only if normal(path) not in PATHS]:
        raise Refused(f"{', '.join(unknown)} is none of SCC's paths: {', '.join(PATHS)}.")
    meant = {normal(path) for path in only} or {*PATHS, *dropped}
    config = copy.deepcopy(live.config)
    config["CacheBehaviors"] = listed(_behaviors(live.config, saved, meant))
    if not only:
        config["CustomErrorResponses"] = listed(_errors(live.config, saved))
    config["Origins"] = listed(_origins(live, saved, config))
    return Plan(
        id=live.id,
        etag=live.etag,
        differences=tuple(_told(live.config, config)),
        notes=(),
        obstacles=(),
        paths=tuple(_changed(live.config, config)),
        config=config,
    )


def _by_path(config: Document) -> dict[str, Document]:
    return dict(zip(patterns(behaviors(config)), behaviors(config), strict=True))


def _behaviors(config: Document, saved: Document, meant: set[str]) -> list[Document]:
    now, then = _by_path(config), _by_path(saved)
    back = {path: one for path, one in now.items() if path not in meant or path in then}
    back |= {path: one for path, one in then.items() if path in meant}
    if back.keys() == then.keys():  # nobody else came or went: just as it was
        return [back[path] for path in then]
    standing = [path for path in now if path in back]
    return [back[path] for path in placed([p for p in then if p in meant], standing)]


def _errors(config: Document, saved: Document) -> list[Document]:
    now, then = errors(config), errors(saved)
    codes = {code: one for code, one in now.items() if code not in ERRORS}
    codes |= {code: one for code, one in then.items() if code in ERRORS}
    return [codes[code] for code in sorted(codes)]


def _origins(live: Live, saved: Document, config: Document) -> list[Document]:
    """Ours as they were, with today's secret; taken out where nothing goes there any more."""
    now, then = origins(live.config), origins(saved)
    used = {one["TargetOriginId"] for one in (config["DefaultCacheBehavior"], *behaviors(config))}
    for name in map(origin_id, STAGES):
        if name in used and name in then:
            now[name] = _with_secret(live, then[name])
        elif name not in used:
            now.pop(name, None)
    known = now.keys() | {one["Id"] for one in items(config.get("OriginGroups"))}
    if lost := sorted(used - known):
        raise Refused(f"The origin {', '.join(lost)} is not there any more; put it back first.")
    return list(now.values())


def _with_secret(live: Live, origin: Document) -> Document:
    for app in live.apps.values():
        if origin_id(app.stage) == origin["Id"]:
            domain, path = origin["DomainName"], origin.get("OriginPath", "")
            return origin_document(app.stage, domain, path, app.secrets[0])
    raise Refused(f"{origin['Id']} is not deployed, so nothing can go there.")


def _changed(now: Document, then: Document) -> Iterator[str]:
    before, after = _by_path(now), _by_path(then)
    for path in dict.fromkeys((*before, *after)):
        if before.get(path) != after.get(path):
            yield path


# The way there, in words


def _told(now: Document, then: Document) -> Iterator[str]:
    before, after = _by_path(now), _by_path(then)
    for path in after:
        goal = place(then, after[path]["TargetOriginId"])
        if path not in before:
            yield f"{path} comes back, to {goal}"
        elif before[path] != after[path]:
            yield f"{path} is as it was: it goes to {goal}"
    for path in before:
        if path not in after:
            where = place(then, taken_whole_by(then, path)["TargetOriginId"])
            yield f"{path} is taken out, so its requests go to {where}"
    both = [path for path in before if path in after]
    if both != [path for path in after if path in before]:
        yield "the behaviours stand in the order that they had"
    yield from _errors_told(errors(now), errors(then))
    for name, origin in origins(then).items():
        if origins(now).get(name) != origin:
            yield f"the origin {name} is what it was, with the secret of today"
    for name in origins(now):
        if name not in origins(then):
            yield f"the origin {name} is taken out"


def _errors_told(now: dict[int, Document], then: dict[int, Document]) -> Iterator[str]:
    changed = [code for code in sorted({*now, *then}) if now.get(code) != then.get(code)]
    for code in changed:
        if page := then.get(code, {}).get("ResponsePagePath"):
            yield f"the error {code} is answered by {page}, the app's too"
    if changed:
        yield f"errors ({', '.join(map(str, changed))}) are kept as long as they were"

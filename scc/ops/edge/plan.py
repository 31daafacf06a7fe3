"""What differs between the distribution and what is wanted, in words, and the way there. Pure."""

import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from scc.ops.edge.live import (
    App,
    Live,
    behaviors,
    errors,
    is_older,
    items,
    origins,
    patterns,
    place,
    sent_secret,
    taken_by,
    taken_whole_by,
)
from scc.ops.edge.order import in_the_way, placed
from scc.ops.edge.patterns import fits, normal
from scc.ops.edge.wanted import (
    ALL_BUT_HOST,
    BEHAVIORS,
    CACHING_DISABLED,
    ERRORS,
    PATHS,
    AppStage,
    Behavior,
    Document,
    behavior_document,
    error_document,
    forwarding,
    listed,
    origin_document,
    origin_id,
    probes,
)
from scc.ops.trouble import Trouble

Goal = Literal["app", "older"]
BY_NAME: Final = "name:"
"""Before the name of a policy that is not made yet, where its id will be."""

_ANY_DAY: Final = "2026-05-23"


class Refused(Trouble):
    """Nothing was changed; `str(error)` says why, and what to do."""


@dataclass(frozen=True)
class Plan:
    """What to do, in words, and the configuration that does it."""

    id: str
    etag: str
    differences: tuple[str, ...]
    notes: tuple[str, ...]
    """What stays as it is, and what the change would hide."""
    obstacles: tuple[str, ...]
    """Why it can't be applied."""
    paths: tuple[str, ...]
    """What CloudFront may have kept under other rules, and has to forget."""
    config: Document = field(repr=False)
    policies: tuple[Document, ...] = ()
    """Origin request policies to make first."""
    dropped: tuple[Document, ...] = ()
    """Others' behaviours that it takes out, as they were named."""

    @property
    def is_empty(self) -> bool:
        return not self.differences


def plan(
    live: Live, only: Sequence[str] = (), goal: Goal = "app", drop: Sequence[str] = ()
) -> Plan:
    """What to change so that the paths (all, or `only` some) reach the app, or the older function.

    Others' behaviours stay, but for those that `drop` names. Raises Refused.
    """
    chosen = _chosen(live, only, goal)
    dropped = _dropped(live, drop)
    config = copy.deepcopy(live.config)
    differences = [*_dropping(live, dropped)]
    policies: list[Document] = []
    if goal == "app":
        stages = [stage for stage in live.apps if any(one.stage == stage for one in chosen)]
        for stage in stages:
            differences += _set_origin(config, live.apps[stage])
            policies += _lacking_policy(live, stage)
        target = _to_app(live)
    else:
        target = _to_older(live)
    documents = {one.path: target(one) for one in chosen}
    changes = _behavior_changes(live, documents)
    differences += [f"{path} {text}" for path, text in changes]
    config["CacheBehaviors"] = listed(_arranged(live.config, documents, dropped))
    if goal == "app" and chosen:
        differences += _set_errors(config)
    return Plan(
        id=live.id,
        etag=live.etag,
        differences=tuple(differences),
        notes=tuple(_notes(live, config, chosen)),
        obstacles=tuple(_obstacles(config, chosen)),
        paths=tuple(dict.fromkeys(path for path, _ in changes)),
        config=config,
        policies=tuple(policies),
        dropped=tuple(dropped),
    )


def problems(live: Live) -> list[str]:
    """What is wrong with the edge, a sentence each, with what to do."""
    found = plan(live)
    sentences = [f"Edge: {text}." for text in live.problems]
    sentences += [f"Edge: {text}. See `flask edge plan`." for text in found.obstacles]
    sentences += [f"Edge: {text}. `flask edge apply` mends it." for text in found.differences]
    if not live.everywhere:
        sentences.append("Edge: a change is still on its way to all of CloudFront; wait.")
    return sentences


# What is meant


def _chosen(live: Live, only: Sequence[str], goal: Goal) -> list[Behavior]:
    wanted = [one for one in BEHAVIORS if not only or one.path in map(normal, only)]
    unknown = [path for path in only if normal(path) not in PATHS]
    if unknown:
        raise Refused(f"{', '.join(unknown)} is none of SCC's paths: {', '.join(PATHS)}.")
    if goal == "older":
        if not only:
            raise Refused("Say with --only which path goes to the older function.")
        foreign = [one.path for one in wanted if not one.older]
        if foreign:
            raise Refused(f"The older function has nothing at {', '.join(foreign)}.")
        return wanted
    stand = [one for one in wanted if one.stage in live.apps]
    if only and len(stand) < len(wanted):
        raise Refused(f"{'. '.join(live.problems)}.")
    return stand


def _dropped(live: Live, drop: Sequence[str]) -> list[Document]:
    meant = {normal(path) for path in drop}
    found = [one for one in behaviors(live.config) if normal(one["PathPattern"]) in meant]
    lacking = meant - set(patterns(found))
    if lacking:
        raise Refused(f"The distribution has no behaviour {', '.join(sorted(lacking))} to drop.")
    if ours := [path for path in sorted(meant) if path in PATHS]:
        raise Refused(f"{', '.join(ours)} is SCC's own; `flask edge undo --only` takes it back.")
    return found


def _dropping(live: Live, dropped: list[Document]) -> Iterator[str]:
    for one in dropped:
        where = place(live.config, one["TargetOriginId"])
        yield f"{one['PathPattern']} (to {where}) is taken out, as you said"


def _to_app(live: Live) -> Callable[[Behavior], Document]:
    ids = {name: policy for policy, name in live.policies.items()}

    def document(behavior: Behavior) -> Document:
        policy = ""
        if behavior.kind != "files":
            name = forwarding(behavior.stage)["Name"]
            policy = ids.get(name, BY_NAME + name)
        return behavior_document(behavior, origin_id(behavior.stage), policy)

    return document


def _to_older(live: Live) -> Callable[[Behavior], Document]:
    found = [one["Id"] for one in origins(live.config).values() if is_older(one)]
    if len(found) != 1:
        raise Refused(
            f"The distribution has {len(found)} functions with an address of their own as origins; "
            "the older one can't be told. Change that path by hand."
        )
    return lambda behavior: behavior_document(behavior, found[0], ALL_BUT_HOST)


# Origins and policies


def _set_origin(config: Document, app: App) -> list[str]:
    """Put the stage's origin in, and say what it lacked."""
    name = origin_id(app.stage)
    wanted = origin_document(app.stage, app.domain, app.path, app.secrets[0])
    known = origins(config)
    stands = known.get(name)
    known[name] = wanted
    config["Origins"] = listed(list(known.values()))
    if stands is None:
        return [f"the origin {name} ({app.domain}) is missing"]
    faults = [*_secret_faults(sent_secret(stands), app.secrets)]
    was = (stands["DomainName"], stands.get("OriginPath", ""))
    if was != (app.domain, app.path):
        faults.append(f"is {''.join(was)}; the API is at {app.domain}{app.path}")
    if stands.get("CustomOriginConfig", {}).get("OriginProtocolPolicy") != "https-only":
        faults.append("is spoken to without https")
    if not faults:
        known[name] = stands  # what else was set on it stays
        config["Origins"] = listed(list(known.values()))
    return [f"the origin {name} {fault}" for fault in faults]


def _secret_faults(sent: str, taken: tuple[str, ...]) -> Iterator[str]:
    if not sent:
        yield "is sent no secret, so that the app refuses everything"
    elif sent not in taken:
        yield "is sent a secret that the app doesn't take: it refuses everything"
    elif sent != taken[0]:
        yield "is sent the older of the app's two secrets"


def _lacking_policy(live: Live, stage: AppStage) -> list[Document]:
    wanted = forwarding(stage)
    return [] if wanted["Name"] in live.policies.values() else [wanted]


# Behaviours


def _behavior_changes(live: Live, documents: dict[str, Document]) -> list[tuple[str, str]]:
    """Paths, and in words what is different about each."""
    standing = dict(zip(patterns(behaviors(live.config)), behaviors(live.config), strict=True))
    found = []
    for path, wanted in documents.items():
        if path in standing:
            texts = [*_faults(live, standing[path], wanted), *_order_faults(path, list(standing))]
        else:
            where = place(live.config, taken_whole_by(live.config, path)["TargetOriginId"])
            goal = place(live.config, wanted["TargetOriginId"])
            texts = [f"is missing, so its requests go to {where}; they should go to {goal}"]
        found += [(path, text) for text in texts]
    return found


def _order_faults(path: str, standing: list[str]) -> Iterator[str]:
    for one in in_the_way(path, standing):
        yield f"stands behind {one}, which takes its requests"


def _faults(live: Live, stands: Document, wanted: Document) -> Iterator[str]:
    config = live.config
    if stands["TargetOriginId"] != wanted["TargetOriginId"]:
        was, goal = (place(config, one["TargetOriginId"]) for one in (stands, wanted))
        yield f"goes to {was}; it should go to {goal}"
    yield from _caching_faults(live, stands, wanted)
    if stands.get("OriginRequestPolicyId", "") != wanted.get("OriginRequestPolicyId", ""):
        yield _forwarding_fault(live, stands, wanted)
    if set(items(stands.get("AllowedMethods"))) != set(items(wanted["AllowedMethods"])):
        allowed = ", ".join(items(stands.get("AllowedMethods"))) or "GET, HEAD"
        goal = ", ".join(items(wanted["AllowedMethods"]))
        yield f"lets {allowed} through; it should let {goal} through"
    if stands["ViewerProtocolPolicy"] != wanted["ViewerProtocolPolicy"]:
        was, goal = stands["ViewerProtocolPolicy"], wanted["ViewerProtocolPolicy"]
        yield f"takes viewers by {was}; it should take them by {goal}"
    if stands.get("ResponseHeadersPolicyId"):
        yield "has its answers' headers rewritten by a policy; the app's should stay"
    if stands.get("Compress", False) != wanted["Compress"]:
        files = wanted["Compress"]
        yield "is not compressed; it should be" if files else "is compressed; the API does that"
    for name in ("LambdaFunctionAssociations", "FunctionAssociations"):
        if items(stands.get(name)):
            yield "runs code at the edge on its requests; it should run none"
    for name in ("TrustedSigners", "TrustedKeyGroups"):
        if stands.get(name, {}).get("Enabled"):
            yield "is open to signed addresses alone; it should be open to all"


def _caching_faults(live: Live, stands: Document, wanted: Document) -> Iterator[str]:
    policy = stands.get("CachePolicyId")
    if policy == wanted["CachePolicyId"]:
        return
    if policy:
        was = live.caching.get(policy, policy)
    else:
        was = f"settings of old, {stands.get('DefaultTTL', 86400)} s by default"
    never = wanted["CachePolicyId"] == CACHING_DISABLED
    yield f"is cached ({was}); " + (
        "it never should be: an answer could be another's"
        if never
        else "it should be as the app says"
    )


def _forwarding_fault(live: Live, stands: Document, wanted: Document) -> str:
    policy = stands.get("OriginRequestPolicyId", "")
    was = live.policies.get(policy, policy) or "nothing of a request but its path"
    goal = wanted.get("OriginRequestPolicyId", "")
    name = live.policies.get(goal, goal.removeprefix(BY_NAME)) or "its path alone"
    return f"hands on {was}; it should hand on {name}"


def _arranged(
    config: Document, documents: dict[str, Document], dropped: list[Document]
) -> list[Document]:
    """All behaviours, in an order in which each gets its requests."""
    standing = [one for one in behaviors(config) if one not in dropped]
    known = dict(zip(patterns(standing), standing, strict=True))
    renewed = {path: _renewed(known.get(path), one) for path, one in documents.items()}
    return [(known | renewed)[path] for path in placed(documents, list(known))]


def _renewed(stands: Document | None, wanted: Document) -> Document:
    """As wanted; where requests are logged to, nobody but the operator says."""
    log = (stands or {}).get("RealtimeLogConfigArn")
    return wanted | ({"RealtimeLogConfigArn": log} if log else {})


# Errors


def _set_errors(config: Document) -> list[str]:
    """Have the app's errors reach people as they are; say what would have become of them."""
    known = errors(config)
    differences = []
    kept = []
    for code in ERRORS:
        stands = known.get(code)
        if stands and stands.get("ResponsePagePath"):
            page, answer = stands["ResponsePagePath"], stands.get("ResponseCode") or code
            differences.append(
                f"the error {code} is answered by {page} with {answer}, the app's too; it should "
                "stay as it is (the site's will, too: give its bucket an error page of its own)"
            )
        elif not stands or stands.get("ErrorCachingMinTTL", 10) != 0:
            kept.append(str(code))
        known[code] = error_document(code)
    if kept:
        differences.append(
            f"errors ({', '.join(kept)}) may be kept and given to the next who asks; "
            "they never should be"
        )
    config["CustomErrorResponses"] = listed([known[code] for code in sorted(known)])
    return differences


# What else there is to say


def _notes(live: Live, config: Document, chosen: list[Behavior]) -> Iterator[str]:
    yield from live.problems
    if not live.everywhere:
        yield "an earlier change is still on its way to all of CloudFront"
    unread = set()
    for one in chosen:
        hidden = live.hidden.get(one.path)
        if hidden and hidden.unread and str(hidden) not in unread:
            unread.add(str(hidden))
            yield str(hidden)
        elif hidden and not hidden.unread:
            yield f"{one.path}: {hidden}"
    for other in behaviors(config):
        if (path := normal(other["PathPattern"])) not in PATHS:
            yield f"{path} (to {place(config, other['TargetOriginId'])}) is left as it is"


def _obstacles(config: Document, chosen: list[Behavior]) -> Iterator[str]:
    """Others' behaviours that would go on taking what the app must get."""
    paths = {one.path for one in chosen}
    for probe in probes(_ANY_DAY):
        taker = normal(taken_by(config, probe.path).get("PathPattern", "*"))
        meant = next((path for path in PATHS if fits(path, probe.path)), None)
        if meant in paths and taker != meant:
            yield (
                f"{taker} takes {probe.path} from {meant}: take it out with --drop '{taker}', or "
                "change it by hand"
            )

"""What an admin does with the text: publish another version."""

from collections.abc import Mapping

from scc.audit import proof
from scc.audit import store as audit
from scc.audit.model import Origin, fingerprint, iso
from scc.aws import reading_what_came_of_it
from scc.context import Context
from scc.errors import ConditionFailed, Invalid, KeyReused, Outdated
from scc.texts import store
from scc.texts.markdown import render
from scc.texts.model import FIRST, Version


def publish(
    ctx: Context, markdown: Mapping[str, str], seen: int, key: str, origin: Origin
) -> Version:
    """The next version, which guests read and sign from now on. The same key again: the same one.

    `seen`: the number of the version that its author saw, 0 for none. Raises Outdated where
    somebody published another meanwhile, Invalid, KeyReused and Unconfirmed.
    """
    given = {language: text for language, text in markdown.items() if text}
    if FIRST not in given:
        raise Invalid({FIRST: "Write the English text: every version has it."})
    html = {language: render(text) for language, text in given.items()}
    who = origin.actor.name
    version = Version(seen + 1, given, html, iso(ctx.now()), who)
    print_ = fingerprint({"text": given, "number": version.number})
    row = store.put(ctx, version)
    office = audit.office_partition(ctx)
    rows = proof.seals([row.item])
    fields = {"rows": rows, "version": version.number}
    writes = [
        audit.use_key(ctx, key, print_, text=version.number),
        row,
        audit.record(ctx, office, "text.published", origin, **fields),
    ]
    before = store.current(ctx)
    if seen > (before.number if before else 0):
        raise Outdated
    if before and before.number == seen and before.hashes == version.hashes:
        raise Invalid({FIRST: "Nothing is different from what guests sign now."})
    try:
        ctx.db.transact([*writes])
    except ConditionFailed as error:
        with reading_what_came_of_it():
            used = audit.used_key(ctx, key) if 0 in error.failed else None
        if used is None:
            raise Outdated from error
        if used["fingerprint"] != print_:
            raise KeyReused(f"it published version {used['text']}.") from error
    return version

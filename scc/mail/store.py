"""The outbox: letters in and out of the table `state`."""

from scc.audit.model import iso
from scc.aws import Put
from scc.context import Context
from scc.mail.model import KEPT, WAITING, Item, Letter, letter_id
from scc.tables import STATE

WAITS = "mail"
"""The partition of BY_DUE that holds what is to be sent, by when."""


def queue(ctx: Context, letter: Letter) -> Put:
    """The row by which a letter waits to be sent: put it into the transaction that it tells of.

    Nothing is sent before that is written, and nothing else is needed afterwards: the page that
    follows, or the schedule, sends it. A second row of the same `about`, `kind` and `key` makes
    the transaction fail (ConditionFailed), so the key must be as unique as the change.
    """
    now = ctx.now()
    return Put(
        STATE,
        {
            **_content(letter),
            "pk": letter.partition,
            "sk": letter.sort,
            "id": letter_id(letter.partition, letter.sort),
            "state": WAITING,
            "tries": 0,
            "at": iso(now),
            "queue": WAITS,
            "due": int((now + letter.wait).timestamp()),
            "expires": int((now + KEPT).timestamp()),
        },
    )


def _content(letter: Letter) -> Item:
    item: Item = {
        "kind": letter.kind,
        "to": letter.to,
        "about": letter.about,
        "values": dict(letter.values),
    }
    if letter.by:
        item["by"] = letter.by
    if letter.after:
        item["after"] = letter.after
    if letter.instead:
        item["instead"] = _content(letter.instead)
    return item

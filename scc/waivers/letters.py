"""Letters about waivers: the signer's copy, and reminders to those who have not signed."""

from urllib.parse import quote

from scc.aws import Write
from scc.context import Context
from scc.events import letters as events
from scc.events.model import Event, first_name
from scc.mail import letters, store
from scc.mail.letters import Sail
from scc.mail.model import Letter, address_or_none
from scc.waivers.links import copy_token
from scc.waivers.model import Roll


def copy(
    ctx: Context, event: Event, submission: str, to: str, name: str, language: str, key: str
) -> list[Write]:
    """The row by which the signer gets a link to the copy; none where there is no address.

    `key`: the submission's, or another where it was asked for again.
    """
    token = copy_token(ctx.settings, event.exact_ref, submission, ctx.now())
    lang = f"?lang={language}"
    page = f"/g/{quote(str(event.exact_ref), safe='~')}/signed/{token}{lang}"
    when = events.when(ctx, event) if language == "en" else ""
    first = name.split()[0]
    letter = letters.waiver_copy(
        address_or_none(to) or "", event.ledger, first, when, page, language, key
    )
    return store.queued(ctx, letter)


def reminders(ctx: Context, event: Event, roll: Roll, key: str, by: str) -> list[Letter]:
    """To the patron where somebody is missing, and to those who signed another text. To nobody
    who is known to have signed what is signed now: by the address, or by the patron's name."""
    sail = events.sail(ctx, event)
    signed = [w for w in roll.waivers if w.stands and not w.outdated]
    done = {w.email.casefold() for w in signed if w.email}
    if event.patron_name.casefold() in {w.name.casefold() for w in signed}:
        done.add(sail.to.casefold())
    again = {
        w.email.casefold(): (w.email, w.name.split()[0])
        for w in roll.again
        if address_or_none(w.email) and w.email.casefold() not in done
    }
    found = [
        _letter(sail, to, name, roll, True, f"{key}-{n}", by)
        for n, (to, name) in enumerate(again.values(), 1)
    ]
    if sail.to and roll.missing and sail.to.casefold() not in done | again.keys():
        found.append(_letter(sail, sail.to, first_name(event), roll, False, f"{key}-0", by))
    return found


def _letter(sail: Sail, to: str, name: str, roll: Roll, again: bool, key: str, by: str) -> Letter:
    return letters.waiver_reminder(to, sail, name, roll.missing or 0, again, key, by)

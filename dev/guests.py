"""What the sample season's guests do: they sign, for themselves and their children."""

import hashlib
from datetime import timedelta
from typing import Final

from dev.office import ORIGIN
from dev.people import PATRONS
from scc.context import Context
from scc.events.model import Event
from scc.texts import service as texts
from scc.texts import store
from scc.waivers import service
from scc.waivers.model import CONSENTS, Child, Signature, Signing
from scc.web.language import say_in

_STROKES: Final = "M60 130l24 -70l18 64l22 -40l14 34l30 -22l26 12l40 -30M300 120l60 -4l80 6"
_NOTES: Final = ("", "", "Asthma; the spray is in the red bag", "", "Gets seasick")


def publish(ctx: Context) -> None:
    """The sample, as it is shipped: it says that it is one."""
    texts.publish(ctx, store.sample(), 0, "sample-text", ORIGIN)


def sign(ctx: Context, event: Event, parties: int) -> None:
    """So many guests sign, every second one with a child, every third in Spanish and by hand."""
    version = store.current(ctx)
    if version is None or not service.is_open(ctx, event):
        return
    for n in range(parties):
        first, last = PATRONS[(event.timestamp + n * 7) % len(PATRONS)]
        language = "es" if n % 3 == 2 else "en"
        key = hashlib.sha256(f"guest {n} of {event.exact_ref}".encode()).hexdigest()[:32]
        name = f"{first} {last}"
        child = Child(f"Junior {last}", ctx.today() - timedelta(days=3000 + 90 * n), "parent")
        signing = Signing(
            key=key,
            name=name,
            birth_date=ctx.today() - timedelta(days=9000 + 400 * n),
            email=f"guest{n}@example.com",
            phone="",
            emergency=f"At home, 619-555-01{n:02}",
            captain_note=_NOTES[n % len(_NOTES)],
            sails=True,
            children=(child,) if n % 2 else (),
            signature=Signature(path=_STROKES) if n % 3 else Signature(typed=name),
            text=version.text(language),
            consents={name: say_in(language, words) for name, words in CONSENTS.items()},
            language=language,
        )
        service.sign(ctx, event, signing, "192.0.2.10", "Sample season")

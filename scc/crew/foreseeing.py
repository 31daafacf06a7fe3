"""What a change of the settings would ask of the crew, before it is made."""

from collections import defaultdict
from dataclasses import dataclass

from scc.company.model import Company
from scc.context import Context
from scc.crew import store
from scc.crew.model import Ask, station_of, stations_of, terms_of
from scc.events import store as events
from scc.events.model import Event, Ref


@dataclass(frozen=True)
class Foreseen:
    """How many sails, and people on them, would be asked anew."""

    sails: int = 0
    people: int = 0

    @property
    def words(self) -> str:
        """Empty where nobody would be."""
        if not self.sails:
            return ""
        sails = "1 sail" if self.sails == 1 else f"{self.sails} sails"
        people = "1 of the crew" if self.people == 1 else f"{self.people} of the crew"
        return f"{people} would be asked anew, for {sails} to come: their call or dock changes"


def foresee(ctx: Context, before: Company, after: Company) -> Foreseen:
    """Two reads, none where no call or dock can differ."""
    if {*before.docks, *before.kinds} == {*after.docks, *after.kinds}:
        return Foreseen()
    asks: dict[Ref, list[Ask]] = defaultdict(list)
    for ask in store.live(ctx):
        asks[Ref(ask.slug, ask.timestamp)].append(ask)
    found = {
        event.exact_ref: people
        for event in events.several(ctx, [*asks])
        if (people := _asked_anew(ctx, before, after, event, asks[event.exact_ref]))
    }
    return Foreseen(len(found), len(set().union(*found.values())))


def _asked_anew(
    ctx: Context, before: Company, after: Company, event: Event, asks: list[Ask]
) -> set[str]:
    zone = ctx.settings.timezone
    terms = terms_of(after, event, zone)
    to_come = event.starts_at is not None and event.starts_at > ctx.now() and not event.cancelled
    if not to_come or terms.same(terms_of(before, event, zone)):
        return set()
    stations = stations_of(event)
    concerned = (one for one in asks if one.waiting or station_of(stations, one.person))
    return {one.person for one in concerned if not one.terms.same(terms)}

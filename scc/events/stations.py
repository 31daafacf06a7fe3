"""Who is on a sail: as dispatch has it, else as the older tool wrote it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scc.events.model import Event
from scc.staff.model import Person, named


@dataclass(frozen=True)
class On:
    """One of the crew. `person` None: the older tool wrote a name that nobody of the staff has."""

    name: str
    position: str
    """Empty where it was never said."""
    person: Person | None


def crew_of(event: Event, people: Iterable[Person]) -> list[On]:
    """Who is on, each once, in the order in which they came on."""
    staff = list(people)
    by_id = {person.id: person for person in staff}
    stations = event.item.get("stations")
    if isinstance(stations, list):
        found = [
            On(
                str(one.get("name", "")),
                str(one.get("position", "")),
                by_id.get(str(one.get("person", ""))),
            )
            for one in stations
            if isinstance(one, Mapping)
        ]
    else:
        found = []
    crew = event.item.get("crew")
    if isinstance(crew, list):  # whoever wrote last: what the older tool left out is off
        names = dict.fromkeys(map(str, crew))
        stayed = [on for on in found if on.name in names]
        added = names.keys() - {on.name for on in found}
        new = [On(name, "", named(staff, name)) for name in names if name in added]
        found = [*stayed, *new]
    return [On(on.person.name if on.person else on.name, on.position, on.person) for on in found]


def place_of(event: Event, person_id: str, people: Iterable[Person]) -> On | None:
    """As what somebody is on; None where they are not."""
    found = (on for on in crew_of(event, people) if on.person and on.person.id == person_id)
    return next(found, None)

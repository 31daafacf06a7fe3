"""How many come, by what somebody wrote: one rule for card, limit, waivers and verdict. Pure."""

import re
from typing import Final

MOST_GUESTS: Final = 999

_RANGE = re.compile(r"(\d+) ?(?:-|–|to|or) ?(\d+)", re.ASCII)
_PEOPLE = re.compile(
    r"(\d+) ?(?:(guests?|people|persons?|pax)|"
    r"adults?|kids?|child(?:ren)?|infants?|bab(?:y|ies)|toddlers?|teens?|seniors?|men|women)\b",
    re.ASCII | re.IGNORECASE,
)
_SEVERAL = re.compile(r"couple|famil|pair", re.IGNORECASE)


def guests_of(text: str) -> int | None:
    """`8` → 8; of `6-8` the most that may come; `8 adults, 2 kids` → 10.

    None where it can't be told: rather no number on the card than a wrong one.
    """
    numbers = [int(digits) for digits in re.findall(r"\d+", text, re.ASCII)]
    if not numbers or max(numbers) > MOST_GUESTS or _SEVERAL.search(text):
        return None
    if len(numbers) == 1:
        return numbers[0]
    if len(numbers) == 2 and _RANGE.search(text):
        return max(numbers)
    people = _PEOPLE.findall(text)
    in_all = sum(int(number) for number, whole in people if whole)
    apart = sum(int(number) for number, whole in people if not whole)
    if len(people) != len(numbers) or (in_all and apart and in_all != apart):
        return None
    return in_all or apart

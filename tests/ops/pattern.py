"""Filter patterns of CloudWatch Logs, as far as SCC uses them: the emulator counts no lines.

After "Filter pattern syntax for metric filters" in the CloudWatch Logs user guide: `{ … }` with
comparisons of `$.name` by `=`, `>=`, joined by `&&` or `||`, each in parentheses where joined.
"""

import re
from typing import Any, Final

_ONE: Final = re.compile(r'\$\.(\w+) (=|>=) (?:"(\w+)"|(\d+))')
_WHOLE: Final = re.compile(rf"\{{ (?:{_ONE.pattern}|\({_ONE.pattern}\)(?: (?:&&|\|\|) .*)?) \}}")


def fits(pattern: str, line: dict[str, Any]) -> bool:
    """Whether CloudWatch would count the line."""
    assert _WHOLE.fullmatch(pattern), f"no pattern that this knows: {pattern}"
    inside = pattern.removeprefix("{ ").removesuffix(" }")
    kind = any if " || " in inside else all
    return kind(_holds(part.strip("()"), line) for part in re.split(r" (?:&&|\|\|) ", inside))


def _holds(comparison: str, line: dict[str, Any]) -> bool:
    found = _ONE.fullmatch(comparison)
    assert found, f"no comparison that this knows: {comparison}"
    name, sign, text, number = found.groups()
    if name not in line:
        return False
    if text is not None:
        return bool(sign == "=" and line[name] == text)
    return bool(line[name] == int(number) if sign == "=" else line[name] >= int(number))

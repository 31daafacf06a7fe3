"""CloudFront's path patterns: `*` is any text, `?` any one character. Pure."""

import functools
import re


def normal(pattern: str) -> str:
    """The slash in front may be left out (Developer Guide, "Path pattern")."""
    return pattern if pattern.startswith(("/", "*")) else f"/{pattern}"


def fits(pattern: str, path: str) -> bool:
    parts = (".*" if c == "*" else "." if c == "?" else re.escape(c) for c in normal(pattern))
    return re.fullmatch("".join(parts), path, re.DOTALL) is not None


def literal_prefix(pattern: str) -> str:
    """What every path that it fits begins with."""
    return re.split(r"[*?]", normal(pattern), maxsplit=1)[0]


@functools.cache
def overlap(one: str, other: str) -> bool:
    """Whether some path fits both."""
    return _meet(normal(one), normal(other))


@functools.cache
def _meet(one: str, other: str) -> bool:
    if one.startswith("*"):
        return _meet(one[1:], other) or (bool(other) and _meet(one, other[1:]))
    if other.startswith("*"):
        return _meet(other, one)
    if not one or not other:
        return one == other
    return (one[0] == other[0] or "?" in (one[0], other[0])) and _meet(one[1:], other[1:])


def covers(wide: str, narrow: str) -> bool:
    """Whether every path that fits `narrow` fits `wide`, told by two of them.

    Right for patterns as they are written; `?` where the other has `*` is taken as not covering.
    """
    stand_ins = ("", "\0\0\0")
    one = normal(narrow).replace("?", "\0")
    return all(fits(wide, one.replace("*", text)) for text in stand_ins)

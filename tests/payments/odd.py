"""Attributes that SCC does not know, of every type that DynamoDB has."""

from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary

ODD: dict[str, Any] = {
    "source": {"site": "boatsetter", "ref": {"id": Decimal("7"), "tags": ["a", None, True]}},
    "crew": ["Dee", {"name": "Capt. Ray"}, []],
    "berths": {"A1", "B2"},
    "depths": {Decimal("1.5"), Decimal("3")},
    "marks": {Binary(b"\x00\xff"), Binary(b"x")},
    "photo": Binary(b"\x89PNG\r\n\x00\xff"),
    "checked": None,
    "vip": False,
    "pi": Decimal("3.1415926535897932384626433832795028841"),
    "far": Decimal("-1E+125"),
    "near": Decimal("1E-130"),
    "empty": "",
    "nothing": {},
    # Words that an expression must not hold as they are.
    "status": "hold",
    "size": Decimal("44"),
    "name": "Alice’s party",
    "values": ["x"],
    "order": Decimal("1"),
    "a.b": "dots",
    "#n0": "a sign",
    ":v0": "another",
    "with space": "Łukasz 伟 🎉",
}


def odd(item: dict[str, Any]) -> dict[str, Any]:
    """Those attributes as an item has them."""
    return {name: item[name] for name in ODD if name in item}

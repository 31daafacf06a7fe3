#!/usr/bin/env python3
"""Checks an exported ledger of Ship Captain Crew. Standard library alone; needs no SCC.

    python3 check_ledger.py ledger.jsonl [--seal-keys keys.json]

It folds every event's entries by itself and compares the result with what the event says; looks
for numbers that are missing, closes and anchors that no longer hold, and, given the keys (a JSON
object of key id and secret), for rows whose seal is broken. Exit status 1 where something is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import Any, Dict, Iterable, List, Optional, Tuple

Item = Dict[str, Any]

CHECKED = {"check", "zelle", "venmo", "other"}  # methods that somebody looks for at the bank


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ledger", help="what `flask export-ledger` wrote")
    parser.add_argument("--seal-keys", help="a file with a JSON object of key id and secret")
    options = parser.parse_args(arguments)
    keys = None
    if options.seal_keys:
        keys = json.loads(Path(options.seal_keys).read_text(encoding="utf-8"))
    with Path(options.ledger).open(encoding="utf-8") as file:
        events, rows = read(file)
    problems = check(events, rows, keys)
    for problem in problems:
        print(problem)
    seals = "seals checked" if keys else "seals not checked: no keys given"
    print(f"{len(events)} events, {len(rows)} rows, {seals}. Wrong: {len(problems)}.")
    return 1 if problems else 0


def read(lines: Iterable[str]) -> Tuple[List[Item], List[Item]]:
    events: List[Item] = []
    rows: List[Item] = []
    for number, line in enumerate(lines):
        found = json.loads(line)
        if number == 0 and (found.get("format"), found.get("version")) != ("scc-ledger", 1):
            sys.exit("This is no ledger that this checker knows.")
        if found["type"] == "event":
            events.append(found)
        elif found["type"] == "row":
            rows.append(found["row"])
    return events, rows


def check(events: List[Item], rows: List[Item], keys: Optional[Dict[str, str]] = None) -> List[str]:
    """What is wrong, one sentence each."""
    problems: List[str] = []
    by_partition: Dict[str, List[Item]] = {}
    for row in rows:
        by_partition.setdefault(row["pk"], []).append(row)
        if keys is not None and not seal_holds(row, keys):
            problems.append(f"{name_of(row)}: altered, its seal does not hold.")
    seen = {event["partition"] for event in events}
    for event in events:
        problems += check_event(event, entries_of(by_partition.get(event["partition"], [])))
    for partition in by_partition:
        if partition.startswith("event#") and partition not in seen:
            problems.append(f"{partition}: rows without an event.")
    problems += check_told(by_partition, rows)
    return problems + check_closes(by_partition, rows) + check_anchors(by_partition, rows)


def name_of(row: Item) -> str:
    return f"{row['pk']}|{row['sk']}"


def entries_of(rows: List[Item]) -> List[Item]:
    found = [row for row in rows if row["sk"].startswith("entry#")]
    return sorted(found, key=lambda row: row["number"])


# One event


def check_event(event: Item, entries: List[Item]) -> List[str]:
    who = f"{event['event_id']}~{event['timestamp']}"
    numbers = [entry["number"] for entry in entries]
    if numbers != list(range(1, len(numbers) + 1)) or event.get("entries", 0) != len(numbers):
        return [f"{who}: it counts {event.get('entries', 0)} entries, there are {numbers}."]
    if not entries:
        return []
    money = event.get("money", {})
    says = {
        "price_cents": event.get("price_cents"),
        "price_lines": event.get("price_lines", {}),
        "paid_cents": money.get("paid_cents", 0),
        "refundable_cents": money.get("refundable_cents", 0),
        "settled_at": money.get("settled_at"),
        "outright": money.get("outright", False),
        "final": money.get("final", False),
        "answer": money.get("answer", ""),
        "pending": {p["number"]: (p["state"], p["cents"]) for p in money.get("pending", [])},
    }
    return [
        f"{who}: {name} is {says[name]!r}, its entries come to {value!r}."
        for name, value in fold(entries).items()
        if says[name] != value
    ]


def fold(entries: List[Item]) -> Item:
    """What the entries come to, by reading the whole story again after each of them."""
    settled_at = None
    state: Item = {}
    for count in range(1, len(entries) + 1):
        state = state_after(entries[:count])
        last = entries[count - 1]
        recorded = last.get("recorded", {}).get("payment_cleared_at")
        settled = is_settled(state)
        settled_at = (settled_at or recorded or last["at"]) if settled else None
    return {**state, "settled_at": settled_at}


def is_settled(state: Item) -> bool:
    if state["outright"]:
        return True
    if state["price_cents"] is None:
        return bool(state["final"])
    return bool(state["paid_cents"] >= state["price_cents"])


def state_after(entries: List[Item]) -> Item:
    voided = {entry["of"] for entry in entries if entry["kind"] == "void"}
    said: Dict[int, Item] = {}
    for entry in entries:
        if entry.get("of") and entry["kind"] != "void" and entry["number"] not in voided:
            said[entry["of"]] = entry
    state: Item = {
        "price_cents": None,
        "price_lines": {},
        "paid_cents": 0,
        "refundable_cents": 0,
        "outright": False,
        "final": False,
        "answer": "",
        "pending": {},
    }
    for entry in entries:
        mark = said.get(entry["number"], {})
        gone = entry["number"] in voided or mark.get("kind") in ("bounced", "moved_out")
        if not entry.get("of") and not gone:
            count_entry(state, entry, mark.get("kind"))
    return state


def count_entry(state: Item, entry: Item, mark: Optional[str]) -> None:
    kind, cents = entry["kind"], entry.get("cents") or 0
    if kind == "price":
        state["price_cents"] = entry.get("cents")
        state["price_lines"] = entry.get("lines", {})
        state["answer"] = entry.get("answer") or state["answer"]
    elif kind == "hold":
        state["answer"] = "hold"
    elif kind == "refund":
        state["paid_cents"] -= cents
        state["refundable_cents"] -= cents
        if mark is None:
            state["pending"][entry["number"]] = ("owed", cents + entry.get("tip_cents", 0))
    else:
        count_money(state, entry, cents, mark)


def count_money(state: Item, entry: Item, cents: int, mark: Optional[str]) -> None:
    opening = entry["kind"] == "opening"
    if opening and entry.get("recorded", {}).get("payment_cleared") != "True":
        state["outright"] = state["final"] = False
    method = entry.get("method", "")
    state["paid_cents"] += cents
    state["refundable_cents"] += 0 if method == "booking" else cents
    state["outright"] = state["outright"] or entry.get("outright", False)
    if not opening and cents > 0 and not entry.get("more_to_come"):
        state["final"] = True
    if method in CHECKED and mark != "banked" and entry.get("state") != "banked":
        step = mark or entry.get("state") or "received"
        state["pending"][entry["number"]] = (step, cents + entry.get("tip_cents", 0))


# The ledger by itself


def canonical(value: Any) -> bytes:
    """One text for one content: keys sorted, no blanks, numbers and maps marked as such."""
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {"M": {name: plain(inner) for name, inner in value.items()}}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"N": str(value)}
    return value


def seal_holds(row: Item, keys: Dict[str, str]) -> bool:
    bare = {name: value for name, value in row.items() if name != "seal"}
    key_id, _, mac = row.get("seal", "").partition(":")
    if key_id not in keys:
        return False
    wanted = hmac.new(keys[key_id].encode(), canonical(bare), hashlib.sha256).hexdigest()
    return hmac.compare_digest(mac, wanted)


def check_told(by_partition: Dict[str, List[Item]], rows: List[Item]) -> List[str]:
    """What a key or a record says was written must be there: also the newest, without a gap."""
    problems = []
    for partition, number in sorted({place for row in rows for place in told_by(row)}):
        those = by_partition.get(partition, [])
        there = {
            row["number"]
            for row in those
            if row["sk"].startswith(("entry#", "close#"))
            or row.get("kind", "").startswith(("event.ended", "weather."))  # may have no entry
        }
        if number not in there:
            what = "close" if partition == "office#closes" else partition + ": entry"
            problems.append(f"{what} {number} is missing: its key or record is there.")
    return problems


def told_by(row: Item) -> List[Tuple[str, int]]:
    is_key = row["pk"].startswith("key#")
    if "close" in row or row.get("kind") == "close.made":
        return [("office#closes", row["close" if is_key else "number"])]
    if "number" not in row or not (is_key or row["sk"].startswith("audit#")):
        return []
    partition = f"event#{row['event_id']}#{row['timestamp']}" if is_key else row["pk"]
    return [(partition, row["number"])]


def check_closes(by_partition: Dict[str, List[Item]], rows: List[Item]) -> List[str]:
    by_name = {name_of(row): row for row in rows}
    problems: List[str] = []
    closes = [r for r in by_partition.get("office#closes", []) if r["sk"].startswith("close#")]
    closes.sort(key=lambda row: row["number"])
    for expected, close in enumerate(closes, start=1):
        if close["number"] != expected:
            return [*problems, f"close {expected} is missing."]
        lost = [name for name in close["rows"] if name not in by_name]
        if lost:
            problems.append(f"close {expected}: {', '.join(lost)} is missing.")
            continue
        digest = hashlib.sha256()
        for name in sorted(close["rows"]):
            digest.update(canonical(by_name[name]) + b"\n")
        if digest.hexdigest() != close["hash"]:
            problems.append(f"close {expected}: a row it counted was altered since.")
    return problems


def check_anchors(by_partition: Dict[str, List[Item]], rows: List[Item]) -> List[str]:
    problems: List[str] = []
    previous = None
    anchors = sorted(by_partition.get("office#anchors", []), key=lambda row: row["sk"])
    for anchor in anchors:
        day = anchor["of_day"]
        those = sorted((r["pk"], r["sk"], r["seal"]) for r in rows if r.get("day") == day)
        text = anchor["previous"] + "\n" + "".join("|".join(row) + "\n" for row in those)
        if previous is not None and anchor["previous"] != previous:
            problems.append(f"anchor {day}: it does not follow the one before it.")
        if len(those) != anchor["count"]:
            problems.append(f"anchor {day}: {anchor['count']} rows then, {len(those)} now.")
        elif hashlib.sha256(text.encode()).hexdigest() != anchor["hash"]:
            problems.append(f"anchor {day}: a row of that day was altered or exchanged.")
        previous = anchor["hash"]
    return problems


if __name__ == "__main__":
    sys.exit(main())

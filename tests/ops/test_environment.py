"""What becomes of variables when one goes back, as tables. Pure."""

import json

from scc.ops import environment
from scc.ops.environment import differences, going_back
from scc.ops.releases.record import Record, Standing, earlier, new_id


def record(name: str, outcome: str = "passed") -> Record:
    return Record.from_json(
        {
            "id": name, "stage": "staging", "outcome": outcome, "made_at": "", "by": "",
            "commit": "", "digest": "", "code_sha256": "", "configuration": {}, "environment": {},
            "names": [], "news": [], "passed": [], "failed": [],
        }
    )  # fmt: skip


def test_settings_go_back_and_what_was_rotated_stays() -> None:
    then = {"SCC_TIMEZONE": "UTC", "SECRET_KEY": "old", "ADMIN_PASS_HASH": "by hand before"}
    now = {"SCC_TIMEZONE": "Europe/Paris", "SECRET_KEY": "new", "ADMIN_PASS_HASH": "by hand"}
    assert going_back(then, now | {"ADDED": "1"}, {"SECRET_KEY"}) == {
        "SCC_TIMEZONE": "UTC",
        "SECRET_KEY": "new",
        "ADMIN_PASS_HASH": "by hand before",
    }


def test_what_a_command_took_off_stays_off() -> None:
    assert going_back({"SECRET_KEY_FALLBACKS": '["old"]'}, {}, {"SECRET_KEY_FALLBACKS"}) == {}


def test_no_seal_key_is_lost_either_way() -> None:
    then, now = {"SCC_SEAL_KEYS": '{"k1": "a"}'}, {"SCC_SEAL_KEYS": '{"k1": "a", "k2": "b"}'}
    for before, after in ((then, now), (now, then)):
        back = json.loads(going_back(before, after, set())["SCC_SEAL_KEYS"])
        assert list(back) == ["k1", "k2"]


def test_seal_keys_that_did_not_change_stay_as_they_are_written() -> None:
    written = {"SCC_SEAL_KEYS": '{"k1": "a"}'}
    assert going_back(written, written, set()) == written
    assert going_back({}, {}, set()) == {}


def test_differences_name_no_value() -> None:
    words = differences({"A": "canary", "B": "canary"}, {"B": "other canary", "C": "canary"})
    assert words == ["A is gone", "B is another", "C is new"]


def test_rotated_since_is_told_by_time() -> None:
    standing = Standing(changed={"A": "2026-05-23T18:00:00.000Z", "B": "2026-05-23T20:00:00.000Z"})
    assert standing.rotated_since("2026-05-23T19:00:00.000Z") == {"B"}


def test_the_way_back_goes_further_back() -> None:
    """Past what failed and what somebody left; never forward."""
    kept = [record("1"), record("2"), record("3", "failed"), record("4", "left"), record("5")]
    assert earlier(kept, "5") == kept[1]
    assert earlier(kept, "2") == kept[0]
    assert earlier(kept, "1") is None


def test_ids_sort_by_time() -> None:
    moments = ["2026-05-23T18:22:30.123Z", "2026-05-23T18:22:30.124Z", "2026-11-01T00:00:00.000Z"]
    ids = [new_id(moment, "f00d") for moment in moments]
    assert ids == sorted(ids)
    assert ids[0] == "20260523T182230123-f00d"


def test_the_limit_counts_what_json_adds() -> None:
    fits = {"A": "x" * (environment.LIMIT - len('{"A":""}'))}
    environment.refuse_too_much(fits)
    try:
        environment.refuse_too_much({"A": fits["A"][:-1] + '"'})
    except environment.Unfit as error:
        assert "1 more than the 4096" in str(error)
    else:
        raise AssertionError("Lambda would have refused it")

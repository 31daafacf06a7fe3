"""What can go wrong, in the domain's words. `scc.web.errors` gives each a status and a page."""


class SccError(Exception):
    """Anything SCC itself can explain to a person. `str(error)` is fit to show."""


class Invalid(SccError):
    """Input that breaks a rule. `fields` maps a field's name to what to do about it."""

    def __init__(self, fields: dict[str, str]) -> None:
        self.fields = fields
        super().__init__(" ".join(fields.values()))


class Unfit(Invalid):
    """Well put, but more than the season holds: a party above the boat's limit."""


class NotFound(SccError):
    """No such event, sail or page."""


class KeyReused(SccError):
    """An idempotency key came back with another body.

    `earlier` is what the key was used for, in words, so that a person can decide.
    """

    def __init__(self, earlier: str) -> None:
        self.earlier = earlier
        super().__init__(f"This key was used before: {earlier}")


class Refused(SccError):
    """What can't be done with the event's money as it stands. `str(error)` says why."""


class PaidMeanwhile(SccError):
    """The event's money is no longer what the form's reader saw."""


class Outdated(SccError):
    """Somebody changed the thing between reading and writing it."""


class NotSignedIn(SccError):
    """Nobody is signed in, the session ended, or the token is wrong."""


class NotAllowed(SccError):
    """Known, but not entitled; or a request that came round the edge."""


class Throttled(SccError):
    """Too many failed sign-ins. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        minutes = max(1, round(retry_after / 60))
        super().__init__(f"Too many tries. Wait {minutes} min and try again.")


class Unavailable(SccError):
    """The data could not be read in time. What was written just before stands."""

    def __init__(self) -> None:
        super().__init__("The records could not be reached just now. Trying again is safe.")


class Unconfirmed(SccError):
    """A write whose answer was lost: it may or may not have been made."""

    def __init__(self) -> None:
        super().__init__("This could not be confirmed. Pressing again is safe.")


class ConditionFailed(Exception):
    """A write's condition did not hold. `failed` are the positions of such writes.

    Internal to stores and services: it never reaches a person.
    """

    def __init__(self, failed: frozenset[int]) -> None:
        self.failed = failed
        super().__init__(f"conditions failed at {sorted(failed)}")


class ConfigError(Exception):
    """The environment is not fit to start with. `problems` says what to do, one a line."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))

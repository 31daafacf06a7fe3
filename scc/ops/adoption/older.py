"""The older tool's function: what it has and how it can be reached. No value of it is ever told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from scc import passwords
from scc.config import Stage
from scc.ops.environment import Variables

FUNCTIONS: Final[Mapping[Stage, str]] = {
    "staging": "shipcaptaincrew",
    "production": "shipcaptaincrew-prod",
}
TAKEN: Final = (
    "ADMIN_PASS_HASH",
    "GMAIL_SERVICE_ACCOUNT_JSON",
    "GMAIL_TOKEN",
    "GMAIL_SENDER_EMAIL",
)
"""The secrets that the older tool and SCC both know, by the same names."""


@dataclass(frozen=True)
class Older:
    """One function of the older tool."""

    name: str
    runtime: str
    open_address: str
    """Its Function URL, where anybody may call it; empty where there is none."""
    variables: Variables = field(repr=False)

    @property
    def secrets(self) -> dict[str, str]:
        return {name: self.variables[name] for name in TAKEN if self.variables.get(name)}

    def sentences(self, events_table: str) -> list[str]:
        """What is to know about it, with what to do."""
        told = []
        named = [name for name, value in self.variables.items() if value == events_table]
        if named:
            told.append(f"{self.name} works on {events_table} (its variable {', '.join(named)}).")
        else:
            told.append(
                f"No variable of {self.name} names {events_table}: look into its code which table "
                "it works on."
            )
        hashed = self.variables.get("ADMIN_PASS_HASH", "")
        if passwords.is_bare_sha256(hashed):
            told.append(
                f"ADMIN_PASS_HASH of {self.name} is a bare SHA-256, which a stolen copy gives away "
                "in minutes. SCC takes it with SCC_ALLOW_SHA256=1 alone; a strong hash of the same "
                "password serves the same people and clients."
            )
        if self.open_address:
            told.append(
                f"{self.name} answers at {self.open_address} too, past the edge, to anybody. Once "
                "nothing at the edge goes there, delete its Function URL."
            )
        others = sorted(self.variables.keys() - self.secrets.keys() - set(named))
        if self.secrets:
            told.append(f"It has {', '.join(self.secrets)}, which SCC can take over.")
        if others:
            told.append(f"It has variables that SCC does not take: {', '.join(others)}.")
        return told


def read(functions: Any, name: str) -> Older | None:
    """None where there is no such function."""
    missing = functions.exceptions.ResourceNotFoundException
    try:
        found = functions.get_function_configuration(FunctionName=name)
    except missing:
        return None
    try:
        address = functions.get_function_url_config(FunctionName=name)
    except missing:
        address = {}
    return Older(
        name=name,
        runtime=str(found.get("Runtime", "")),
        open_address=str(address.get("FunctionUrl", "")) if _is_open(address) else "",
        variables=found.get("Environment", {}).get("Variables", {}),
    )


def _is_open(address: Mapping[str, Any]) -> bool:
    return address.get("AuthType") == "NONE"

"""R13: hostile input gets a clear error, as the description says."""

import pytest
from flask import Flask
from schemathesis.generation import GenerationMode

from tests.api.hostile import OPERATIONS, attack
from tests.older import OlderTool
from tests.payments.odd import ODD


@pytest.mark.long
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_departs_from_the_description(
    app: Flask, older: OlderTool, path: str, method: str, mode: GenerationMode
) -> None:
    older.has(**ODD)

    assert attack(app, path, method, mode, 250) >= 250

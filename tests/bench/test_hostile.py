"""R13, the long way: 20,000 requests made from the published description."""

import pytest
from flask import Flask
from schemathesis.generation import GenerationMode

from tests.api.hostile import OPERATIONS, attack
from tests.older import OlderTool

pytestmark = pytest.mark.timeout(7200)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_request_departs_from_the_description(
    app: Flask, older: OlderTool, path: str, method: str, mode: GenerationMode
) -> None:
    older.has()

    assert attack(app, path, method, mode, 2500) >= 2500

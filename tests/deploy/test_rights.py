"""What the function's role keeps it from, tried from inside, where a fault would be used.

Whoever may invoke a function can have Zappa's handler run any Python in it.
"""

import json
from typing import Any

import pytest

from tests.deploy.stack import Deployed

KEY = "Key={'pk': {'S': 'x'}, 'sk': {'S': 'x'}}"

MAY = [
    f"get_item(TableName='scc-staging-ledger', {KEY})",
    f"delete_item(TableName='scc-staging-state', {KEY})",
]
MAY_NOT = [
    f"delete_item(TableName='scc-staging-ledger', {KEY})",
    f"delete_item(TableName='scc-staging-waivers', {KEY})",
    f"update_item(TableName='scc-staging-ledger', {KEY})",
    "delete_table(TableName='scc-staging-state')",
    "scan(TableName='scc-staging-state')",
    f"get_item(TableName='scc-production-ledger', {KEY})",
    "scan(TableName='charters')",
    "list_tables()",
]

TRY_CALLS = """
import boto3, json
client = boto3.client("dynamodb", region_name="us-west-2")
found = []
for call in CALLS:
    try:
        eval("client." + call)
        found.append("")
    except client.exceptions.ClientError as error:
        found.append(error.response["Error"]["Code"])
raise Exception(json.dumps(found))
"""

# The package holds no description of Lambda's API, so the request is signed by hand.
TRY_INVOKING = """
import boto3, botocore.auth, botocore.awsrequest, json, os, urllib3
keys = boto3.session.Session().get_credentials().get_frozen_credentials()
found = []
for function in FUNCTIONS:
    url = os.environ["AWS_ENDPOINT_URL"] + f"/2015-03-31/functions/{function}/invocations"
    request = botocore.awsrequest.AWSRequest("POST", url, data="{}")
    botocore.auth.SigV4Auth(keys, "lambda", "us-west-2").add_auth(request)
    answer = urllib3.request("POST", url, body="{}", headers=dict(request.headers.items()))
    found.append(answer.status)
raise Exception(json.dumps(found))
"""


def run_inside(deployed: Deployed, python: str, **names: list[str]) -> Any:
    """Run this in the deployed function, by a raw command; gives what it raises, as JSON."""
    given = "".join(f"{name} = {value!r}\n" for name, value in names.items())
    answer = deployed.client("lambda").invoke(
        FunctionName=deployed.function, Payload=json.dumps({"raw_command": given + python})
    )
    return json.loads(json.loads(answer["Payload"].read())["errorMessage"])


def test_it_may_use_its_own_tables_and_nothing_else(staging: Deployed) -> None:
    answers = run_inside(staging, TRY_CALLS, CALLS=MAY + MAY_NOT)
    told = dict(zip(MAY + MAY_NOT, answers, strict=True))
    assert {call for call, code in told.items() if code == ""} == set(MAY)
    assert {told[call] for call in MAY_NOT} == {"AccessDeniedException"}


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_it_may_not_invoke_a_function(stages: dict[str, Deployed], stage: str) -> None:
    functions = ["scc-production", "scc-staging"]
    assert run_inside(stages[stage], TRY_INVOKING, FUNCTIONS=functions) == [403, 403]

"""What an operator may do: release, go back, set secrets, change the edge.

Provisioning is not in it: tables, roles, the bucket and its key are an administrator's. Nothing
that is kept can be deleted, and no event or entry is read: of a table only how it is made.
"""

from collections.abc import Sequence

from scc.ops.roles import Document, Place, retention_role_name, role_name
from scc.ops.tables import Names
from scc.tables import TABLES, Table

_FUNCTION = [
    "AddPermission", "CreateAlias", "DeleteFunctionConcurrency", "GetAlias", "GetFunction",
    "GetFunctionConfiguration", "GetPolicy", "InvokeFunction", "ListFunctionUrlConfigs", "ListTags",
    "ListVersionsByFunction", "PublishVersion", "RemovePermission", "TagResource", "UpdateAlias",
    "UpdateFunctionCode", "UpdateFunctionConfiguration",
]  # fmt: skip
_STACK = ["DescribeStackResource", "DescribeStackResources", "DescribeStacks", "UpdateStack"]
_ROLE = ["GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies"]
_RULES = [
    "DeleteRule", "DescribeRule", "ListTargetsByRule", "PutRule", "PutTargets", "RemoveTargets",
]  # fmt: skip
_TABLE = ["DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "ListTagsOfResource"]
_BUCKET = [
    "GetBucketLocation", "GetBucketPublicAccessBlock", "GetBucketVersioning", "ListBucket",
    "ListBucketVersions",
]  # fmt: skip
_EDGE = [
    "CreateInvalidation", "GetDistribution", "GetDistributionConfig", "GetInvalidation",
    "UpdateDistribution",
]  # fmt: skip
_EDGES = [
    "CreateOriginRequestPolicy", "GetCachePolicy", "GetOriginRequestPolicy", "ListDistributions",
    "ListOriginRequestPolicies",
]  # fmt: skip


def policy(stages: Sequence[Names], place: Place, bucket: str, keys: Sequence[str]) -> Document:
    """For all stages: who changes the edge reads what both take as its secret.

    `keys` are the ARNs of the keys that seal the stages' secrets.
    """
    named = [role_name(names) for names in stages]
    retention = [retention_role_name(names) for names in stages]
    functions = [place.arn("lambda", f"function:{name}") for name in named]
    versions = [f"{function}:*" for function in functions]
    gateway = f"arn:aws:apigateway:{place.region}::/restapis"
    objects = f"arn:aws:s3:::{bucket}"
    uploads = [f"{objects}/{name}-*" for name in named]
    statements = {
        "Function": ("lambda", _FUNCTION, functions + versions),
        # Of a version alone: its snapshot is paid for as long as it stands.
        "Version": ("lambda", ["DeleteFunction"], versions),
        "Rule": ("events", _RULES, [place.arn("events", f"rule/{name}-*") for name in named]),
        "Rules": ("events", ["ListRuleNamesByTarget", "ListRules"], ["*"]),
        "Stack": ("cloudformation", _STACK, [_stack(place, name) for name in named]),
        "Api": ("apigateway", ["DELETE", "GET", "PATCH", "POST", "PUT"], [gateway, f"{gateway}/*"]),
        "Roles": ("iam", _ROLE, [_role(place, name) for name in [*named, *retention]]),
        "Role": ("iam", ["PassRole"], [_role(place, name) for name in named]),
        "Table": ("dynamodb", _TABLE, [_table(place, n, t) for n in stages for t in TABLES]),
        "Bucket": ("s3", _BUCKET, [objects]),
        "Kept": ("s3", ["GetObject", "PutObject"], [f"{objects}/releases/*", f"{objects}/edge/*"]),
        # What Zappa puts there for Lambda and CloudFormation to take.
        "Upload": ("s3", ["DeleteObject", "GetObject", "PutObject"], uploads),
        # What `edge undo` has put back.
        "Undone": ("s3", ["DeleteObject"], [f"{objects}/edge/*"]),
        "Key": ("kms", ["Decrypt", "DescribeKey", "GenerateDataKey"], list(keys)),
        # IAM's own documentation has the group's ARN with and without its end.
        "Log": (
            "logs",
            ["DescribeLogStreams", "DescribeMetricFilters", "FilterLogEvents"],
            [_log(place, name) + end for name in named for end in ("", ":*")],
        ),
        "Logs": ("logs", ["DescribeLogGroups"], ["*"]),
        "Alarms": ("cloudwatch", ["DescribeAlarms"], ["*"]),
        "Told": (
            "sns",
            ["ListSubscriptionsByTopic"],
            [place.arn("sns", f"{name}-alarms") for name in named],
        ),
        "Edge": ("cloudfront", _EDGE, [f"arn:aws:cloudfront::{place.account}:distribution/*"]),
        "Edges": ("cloudfront", _EDGES, ["*"]),
    }
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": title,
                "Effect": "Allow",
                "Action": [f"{service}:{action}" for action in actions],
                "Resource": resources,
            }
            for title, (service, actions, resources) in statements.items()
        ],
    }


def _role(place: Place, name: str) -> str:
    return f"arn:aws:iam::{place.account}:role/{name}"


def _stack(place: Place, name: str) -> str:
    return place.arn("cloudformation", f"stack/{name}/*")


def _table(place: Place, names: Names, table: Table) -> str:
    return place.arn("dynamodb", f"table/{names.of(table)}")


def _log(place: Place, name: str) -> str:
    return place.arn("logs", f"log-group:/aws/lambda/{name}")

"""What Zappa packed: small, complete by itself, and nothing in it that Python compiles anew."""

import json
import re
import zipfile
from pathlib import Path

from deploy.package import stale_bytecode
from tests.deploy.edge import edge_headers
from tests.deploy.function import Function, rest_event
from tests.deploy.stack import Deployed
from tests.mail.doubles import Google

MOST_BYTES = 14_000_000


def names(package: Path) -> list[str]:
    with zipfile.ZipFile(package) as archive:
        return archive.namelist()


def test_is_small(package: Path) -> None:
    assert package.stat().st_size <= MOST_BYTES


def test_no_bytecode_is_stale(package: Path) -> None:
    assert stale_bytecode(package) == []


def test_every_module_has_bytecode(package: Path) -> None:
    found = set(names(package))
    sources = [Path(name) for name in found if name.endswith(".py")]
    tag = next(name for name in found if "/flask/" in f"/{name}" and name.endswith(".pyc"))
    suffix = re.search(r"\.cpython-\d+\.pyc$", tag)
    assert suffix
    lacking = [
        path
        for path in sources
        if str(path.parent / "__pycache__" / f"{path.stem}{suffix[0]}") not in found
    ]
    assert len(sources) > 300
    assert lacking == []


def test_nothing_is_compiled_to_serve_a_page(function: Function, staging: Deployed) -> None:
    answer = function.invoke(rest_event("/_staging/scc/sign-in", headers=edge_headers(staging)))
    assert answer.status == 200
    assert function.run("result = compiled") == []


def test_holds_the_app_and_nothing_else(package: Path) -> None:
    top = {name.split("/")[0] for name in names(package)}
    assert {"scc", "static", "templates", "wsgi.py", "zappa_settings.py"} <= top
    ours = {name for name in top if not (name.endswith((".dist-info", ".so")) or name in THEIRS)}
    assert ours == {
        "__init__.py",
        "__pycache__",
        "package_info.json",
        "scc",
        "static",
        "templates",
        "wsgi.py",
        "zappa_settings.py",
    }


THEIRS = {
    "anyascii", "blinker", "boto3", "botocore", "cffi", "click", "cryptography", "dateutil",
    "durationpy", "flask", "flask_wtf", "google", "icalendar", "itsdangerous", "jinja2", "jmespath",
    "markdown_it", "markupsafe", "mdurl", "packaging", "pycparser", "pyotp", "s3transfer", "segno",
    "six.py", "typing_extensions.py", "tzdata", "urllib3", "werkzeug", "wtforms", "zappa",
}  # fmt: skip


def test_holds_no_junk(package: Path) -> None:
    found = names(package)
    junk = [name for name in found if "junk" in name or "cpython-399" in name]
    tools = [name for name in found if re.match(r"zappa/(cli|core|letsencrypt)|pip/|setup", name)]
    assert junk + tools == []


def test_what_was_left_out_is_told(staging: Deployed) -> None:
    (line,) = [line for line in staging.log.splitlines() if line.startswith("Left out")]
    told = line.removeprefix("Left out of the package: ").split(", ")
    assert told == [".env", "junk-dump.json", "junk-mine", "scc/.junk.env"]


def test_makes_the_clients_that_it_needs(function: Function) -> None:
    endpoints = function.run(
        "import boto3\n"
        "make = boto3.session.Session().client\n"
        "result = [make(name).meta.service_model.service_name for name in ('dynamodb', 'sesv2')]"
    )
    assert endpoints == ["dynamodb", "sesv2"]


def test_signs_in_at_google_by_service_account_and_by_token(function: Function) -> None:
    """As far as that goes without Google: every module is there, and the assertion is signed."""
    account, user = Google().service_account(), Google().authorised_user()
    signed = function.run(
        "import json\n"
        "from scc.config import MailSettings\n"
        "from scc.mail.gmail import ByServiceAccount, ByToken\n"
        f"mail = MailSettings({account!r}, {user!r}, 'a@example.com')\n"
        "account = ByServiceAccount(mail)._credentials()\n"
        "assertion = account._make_authorization_grant_assertion().decode()\n"
        "result = [assertion.count('.'), ByToken(mail)._credentials().refresh_token]\n"
    )
    assert signed == [2, "cAnArY-refresh"]


def test_imports_come_from_the_package_alone(function: Function, unzipped: Path) -> None:
    places = function.run(
        "import sys\n"
        "result = [m.__file__ for m in list(sys.modules.values()) if getattr(m, '__file__', '')]"
    )
    stray = [p for p in places if "site-packages" in p and not p.startswith(str(unzipped))]
    assert len(places) > 200
    assert stray == []


def test_has_no_secret_in_it(package: Path, staging: Deployed) -> None:
    secret = [
        value
        for name, value in staging.environment().items()
        if name in ("SECRET_KEY", "ADMIN_PASS_HASH", "SCC_SEAL_KEYS", "SCC_EDGE_SECRETS")
    ]
    assert len(secret) == 4
    with zipfile.ZipFile(package) as archive:
        settings = archive.read("zappa_settings.py").decode()
    assert "ENVIRONMENT_VARIABLES={'AWS_REGION': 'us-west-2'}" in settings
    assert not [value for value in secret if value in settings]
    assert json.loads(staging.environment()["SCC_EDGE_SECRETS"]) == [staging.edge_secret]

"""Static files are addressed by their content."""

import re
from pathlib import Path

import pytest
from flask import Flask

from scc.web.assets import STATIC, Assets, asset
from tests.page import PageClient


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in {"css/a.css": "a{}", "js/a.js": "a()", "img/a.svg": "<svg/>"}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    ("source", "name"),
    [("css/a.css", "app.css"), ("js/a.js", "app.js"), ("img/a.svg", "img/a.svg")],
)
def test_other_content_has_another_address(folder: Path, source: str, name: str) -> None:
    before = Assets(folder).hashes[name]

    (folder / source).write_text("other")

    assert Assets(folder).hashes[name] != before


def test_a_file_that_is_added_changes_what_it_is_joined_to(folder: Path) -> None:
    before = Assets(folder).hashes["app.css"]

    (folder / "css/b.css").write_text("b{}")

    assert Assets(folder).hashes["app.css"] != before


def test_every_file_in_the_folder_is_served() -> None:
    assets = Assets()
    joined = b"".join([*assets.files.values(), assets.worker])

    comment = re.compile(rb"^ *(//|/\*\*).*\n", re.MULTILINE)
    files = {p: p.read_bytes().strip() for p in STATIC.rglob("*.*")}
    left = [
        p
        for p, text in files.items()
        if (comment.sub(b"", text + b"\n").strip() if p.suffix == ".js" else text) not in joined
    ]
    assert left == []


def test_comments_of_scripts_stay_at_home(folder: Path) -> None:
    (folder / "js/a.js").write_text('// why\na(); // at its place\n  /** what */\nb("// no")\n')

    assert Assets(folder).files["app.js"] == b'{a(); // at its place\nb("// no")\n}\n'


def test_each_script_keeps_its_names_to_itself(folder: Path) -> None:
    (folder / "js/b.js").write_text("b()")

    assert Assets(folder).files["app.js"] == b"{a()}\n{b()}\n"


@pytest.mark.parametrize(
    "path",
    [
        "/scc/static/000000000000/app.css",
        "/scc/static/{hash}/nothing.css",
        "/scc/static/{hash}/../app.css",
        "/scc/static/{hash}/css/00-tokens.css",
        "/scc/static/{hash}/../../wsgi.py",
        "/scc/static/{hash}/%2e%2e/%2e%2e/wsgi.py",
        "/scc/static/{hash}//etc/passwd",
        "/scc/static/app.css",
    ],
)
def test_any_other_address_is_none(app: Flask, client: PageClient, path: str) -> None:
    digest = app.extensions["assets"].hashes["app.css"]

    answer = client.get(path.format(hash=digest), follow_redirects=True)

    assert answer.status_code == 404


def test_pages_link_to_the_addresses_of_today(app: Flask, client: PageClient) -> None:
    page = client.see("/scc/sign-in")

    with app.test_request_context():
        assert page.has(f".//link[@href='{asset('guest.css')}']")

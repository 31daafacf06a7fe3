"""A test client that reads every HTML page it gets, as a browser without JavaScript would.

Each page must be valid (html5lib, strict), have exactly one `h1`, a title, a language, no id
twice, nothing that points to an id that is not there, and forms that say where they go.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests import markup
from tests.emulator import PASSWORD

_POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "form")


class Page:
    """A parsed page or fragment."""

    def __init__(self, response: TestResponse, client: "PageClient") -> None:
        self.response = response
        self.url = response.request.url
        self._client = client
        body = response.get_data(as_text=True)
        asked_for_part = "X-SCC-Fragment" in response.request.headers
        self.whole = not (asked_for_part and "<html" not in body[:200].lower())
        self.root: Element = markup.parse(body, whole=self.whole)
        self._check()

    def all(self, path: str) -> list[Element]:
        """Elements by an ElementTree path: `.//a[@class='primary']`, or just `h1`."""
        return self.root.findall(path if path.startswith(".") else f".//{path}")

    def one(self, path: str) -> Element:
        found = self.all(path)
        assert len(found) == 1, f"{len(found)} of {path} in {self.url}"
        return found[0]

    def has(self, path: str) -> bool:
        return bool(self.all(path))

    @property
    def text(self) -> str:
        """All that can be read, spaces folded."""
        return words(self.root)

    @property
    def heading(self) -> str:
        return words(self.one("h1"))

    def form(self, action: str = "") -> "Form":
        """The form whose action ends like this, without its query; or the only one."""
        forms = [
            form
            for form in self.all("form")
            if urlsplit(form.get("action", "")).path.endswith(action)
        ]
        assert len(forms) == 1, f"{len(forms)} forms for {action!r} in {self.url}"
        return Form(forms[0], self, self._client)

    def _check(self) -> None:
        ids = [element.get("id", "") for element in self.root.iter() if "id" in element.attrib]
        assert not [name for name, times in Counter(ids).items() if times > 1 or not name], (
            f"ids twice or empty in {self.url}: {sorted(ids)}"
        )
        for form in self.all("form"):
            assert form.get("action"), f"a form without an action in {self.url}"
        if self.whole:
            assert len(self.all("h1")) == 1, f"{len(self.all('h1'))} h1 in {self.url}"
            assert words(self.one(".//head/title")), f"no title in {self.url}"
            assert self.root.get("lang"), f"no language in {self.url}"
            self._check_pointers(set(ids))

    def _check_pointers(self, ids: set[str]) -> None:
        for element in self.root.iter():
            for attribute in _POINTERS:
                lost = set(element.get(attribute, "").split()) - ids
                assert not lost, f"{attribute} points to {lost}, not in {self.url}"


class Form:
    """A form to fill in and submit, as it was rendered."""

    def __init__(self, element: Element, page: Page, client: "PageClient") -> None:
        self._page = page
        self._client = client
        self.action = urljoin(page.url, element.get("action"))
        self.method = element.get("method", "get").upper()
        self.values: dict[str, list[str]] = {}
        for name, value in _successful(element):
            self.values.setdefault(name, []).append(value)
        self.names = {field.get("name") for field in element.iter() if field.get("name")}

    def fill(self, **values: str | None) -> "Form":
        """Set fields by name; None leaves one out, as an unticked box is. Unknown names fail."""
        for name, value in values.items():
            assert name in self.names, f"no field {name} in {self._page.url}: {self.names}"
            self.values.pop(name, None)
            if value is not None:
                self.values[name] = [value]
        return self

    def without(self, name: str) -> "Form":
        """The form with a field lost on the way."""
        assert self.values.pop(name, None) is not None, f"no field {name} in {self._page.url}"
        return self

    def submit(self, **options: Any) -> TestResponse:
        parts = urlsplit(self.action)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        where = {"base_url": f"{parts.scheme}://{parts.netloc}", **options}
        if self.method == "GET":
            return self._client.get(parts.path, query_string=self.values, **where)
        return self._client.post(path, data=self.values, **where)


class PageClient(FlaskClient):
    """Flask's test client; every HTML answer is checked and kept as `client.page`."""

    page: Page

    def open(self, *args: Any, **options: Any) -> TestResponse:
        response = super().open(*args, **options)
        if response.mimetype == "text/html" and response.get_data():
            self.page = Page(response, self)
        return response

    def see(self, path: str, status: int = 200, **options: Any) -> Page:
        """The page there, redirects followed; it must have that status."""
        response = self.get(path, follow_redirects=True, **options)
        assert response.status_code == status, f"{response.status_code} from {path}"
        return self.page

    def sign_in(self, name: str = "Moana", password: str = PASSWORD) -> TestResponse:
        """Sign in as a person would."""
        self.see("/scc/sign-in")
        return self.page.form("/scc/sign-in").fill(name=name, password=password).submit()


def words(element: Element) -> str:
    """The text in an element, spaces folded."""
    return " ".join("".join(element.itertext()).split())


def _successful(form: Element) -> Iterator[tuple[str, str]]:
    """Names and values that a browser would send without anybody touching the form."""
    for field in form.iter():
        name = field.get("name")
        if not name or "disabled" in field.attrib:
            continue
        if field.tag == "select":
            options = field.findall(".//option")
            chosen = [o for o in options if "selected" in o.attrib] or options[:1]
            yield from ((name, o.get("value", words(o))) for o in chosen)
        elif field.tag == "textarea":
            yield name, field.text or ""
        elif field.tag == "input" and field.get("type") in ("checkbox", "radio"):
            if "checked" in field.attrib:
                yield name, field.get("value", "on")
        elif field.tag == "input" and field.get("type") not in ("submit", "button", "image"):
            yield name, field.get("value", "")

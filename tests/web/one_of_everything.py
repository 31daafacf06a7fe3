"""A process that answers one request of every kind, each full of canaries, for its log to be read.

`python -m tests.web.one_of_everything` prints the app's own lines, then how many requests it had.
"""

import io
import json
import os
from collections.abc import Iterable
from typing import Any

from scc.app import create_app
from tests.emulator import PASSWORD
from tests.hooks import refusing
from tests.page import PageClient
from tests.waivers.acts import FILLED, child, sign_form
from tests.web.breaking import break_template

CANARY = "cAnArY"
TEXT = f"{CANARY}\r\n{{}}"
HEADERS = {
    name: f"{CANARY}-{name}"
    for name in ("User-Agent", "Referer", "X-Forwarded-For", "Idempotency-Key", "X-Request-Id")
}
TOKEN = {"X-Admin-Token": PASSWORD}


class Counted:
    """The app, and how many requests it got."""

    def __init__(self, app: Any) -> None:
        self.app, self.requests = app, 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self.requests += 1
        answer: Iterable[bytes] = self.app(environ, start_response)
        return answer


def main() -> None:
    app = create_app()
    app.test_client_class = PageClient
    counted = Counted(app.wsgi_app)
    app.wsgi_app = counted  # type: ignore[method-assign]
    app.add_url_rule("/scc/broken", view_func=broken)
    client = app.test_client()
    assert isinstance(client, PageClient)
    nobody(client)
    admin(client)
    api(client)
    failing(client, app.extensions["scc"].db.client)
    break_template(app, "sessions/sign_in.html")
    client.post("/scc/events/new", data={"notes": TEXT})  # breaks while an error is answered
    print(json.dumps({"requests": counted.requests}))


def broken() -> None:
    raise RuntimeError(TEXT)


broken.scc_access = "anyone"  # type: ignore[attr-defined]


def nobody(client: PageClient) -> None:
    client.set_cookie("__Host-scc", CANARY)
    client.set_cookie(CANARY, CANARY)
    health = ("/scc/healthz", "/scc/readyz")
    for path in ("/", "/scc", "/scc/", f"/scc/{CANARY}", f"/g/{CANARY}/waiver", *health):
        client.get(path, query_string={"next": TEXT}, headers=HEADERS)
    client.get("/", environ_overrides={"PATH_INFO": f"/{TEXT}", "QUERY_STRING": f"{CANARY}=\xff"})
    client.post("/scc/events/new", data={"notes": TEXT})
    client.post("/scc/sign-in", data={"name": TEXT, "password": CANARY})
    client.sign_in(name=CANARY, password=CANARY)
    client.sign_in(name="\n", password=CANARY)
    client.open("/scc/", method="BREW")


def admin(client: PageClient) -> None:
    client.sign_in(name=CANARY)
    client.see("/scc/")
    client.see("/scc/events/new").form("/new").fill(
        first_name=CANARY,
        last_name=CANARY,
        date="2030-05-23",
        notes=TEXT,
        price="450",
        patron_email=f"{CANARY}@example.com",
        patron_phone=CANARY,
    ).submit(headers=HEADERS)
    event = f"/scc/events/2030-05-23-{CANARY.lower()}-sunset"
    client.see(f"{event}/payment").form("/payment").fill(reference=CANARY, note=TEXT).submit()
    client.see(f"{event}/payment").form("/payment").fill(amount=CANARY, note=TEXT).submit()
    client.see(f"{event}/card", headers={"X-SCC-Fragment": "1"})
    client.see(event).form("/sail-letter").submit()
    planning(client, event)
    client.see(f"{event}/card?done=priced").form("/letters/send").submit()
    client.see(f"{event}/text").form("/text").submit()
    crew(client, event)
    client.see("/scc/letters")
    client.see("/scc/letters/health")
    client.post("/scc/hooks/ses", data=TEXT)
    bookings(client)
    waivers(client, event)
    people(client)
    for part in ("about", "docks", "boats"):
        client.see(f"/scc/settings/{part}").form(f"/{part}").fill(name=CANARY).submit()
    client.see("/scc/settings")
    sheet = client.see("/scc/").one(".//link[@rel='stylesheet']").get("href", "")
    client.get(sheet)
    client.page.form("/sign-out").submit()


def crew(client: PageClient, event: str) -> None:
    """Somebody is dispatched, lets it sail all the same, and ticks it off."""
    client.see(f"{event}/crew/ask").form("/ask").submit(headers=HEADERS)
    client.see(f"{event}/crew/positions").form("/positions").fill(mate="1", host=CANARY).submit()
    client.page.form("/positions").fill(host="1").submit()
    client.see(f"{event}/crew/on").form("/on").fill(note=CANARY).submit()
    client.see(f"{event}/ready").form("/ready").fill(name=CANARY, reason=CANARY).submit()
    sail = event.replace("/events", "/crew") + "/sail"
    client.see(sail)
    token = client.page.form("/sign-out").values["csrf_token"]
    tick = {"csrf_token": token, "key": CANARY, "what": CANARY, "of": CANARY, "at": CANARY}
    client.post(sail, data=tick, headers=HEADERS)
    client.get(f"/scc/crew/answer/{CANARY}/{CANARY}/{CANARY}")
    client.see("/scc/crew/away").form("/away").fill(since=CANARY, note=CANARY).submit()


def planning(client: PageClient, event: str) -> None:
    """A task, a calendar, a call for the weather, a search."""
    client.get("/scc/search", query_string={"q": CANARY})
    client.see(f"{event}/task").form("/task").fill(what=CANARY, on="2030-05-23").submit()
    client.see(f"{event}/repeat").form("/repeat").fill(days=CANARY).submit()
    client.see("/scc/calendar").form("/calendar").fill(name=CANARY).submit()
    client.get(client.page.one(".//p[@class='secret']/code").text or "")
    client.get(f"/scc/calendar/{CANARY}.ics")
    day = "2030-05-23"
    client.see(f"/scc/weather/{day}").form(f"/{day}").fill(
        what="hold", until="15:00", reason=CANARY
    ).submit()
    form = client.page.form(f"/{day}")
    form.values["do"] = ["y"]
    form.submit()
    client.see(f"/scc/weather/{day}").form("/undo").submit()


def people(client: PageClient) -> None:
    """Somebody is added and let in; their link, their codes and what they type stay out of it."""
    address = f"{CANARY}@example.com"
    form = client.see("/scc/staff/new").form("/new")
    form.fill(name=CANARY, email=address, phone="619-555-0134")
    person = form.submit(headers=HEADERS).headers["Location"]
    token = client.see(person).form("/leave").values["csrf_token"]
    path = person.partition("?")[0]
    client.post(f"{path}/link", data={"csrf_token": token, "how": "letter"})
    client.post(f"{path}/link", data={"csrf_token": token, "how": "hand"})
    guest = client.application.test_client()
    assert isinstance(guest, PageClient)
    guest.see("/scc/sign-in/crew").form().fill(reach=address).submit(headers=HEADERS)
    guest.see("/scc/sign-in/crew").form().fill(reach=address, code=CANARY).submit()
    guest.see("/scc/sign-in").form().fill(name=address, password=CANARY, code=CANARY).submit()
    guest.get(f"/scc/in/{CANARY}")
    guest.get(f"/scc/crew/feed/{CANARY}/{CANARY}.ics")
    client.post(f"{path}/link", data={"csrf_token": token, "how": "hand"})
    link = "/scc/in/" + client.page.text.partition("/scc/in/")[2].split()[0]
    guest.see(link).form().submit(headers=HEADERS)
    guest.see("/scc/crew/")
    guest.see("/scc/account").form("/code").submit()
    guest.get(f"/scc/sheet/{CANARY}")
    guest.get(f"/scc/events/{CANARY}")


def bookings(client: PageClient) -> None:
    """A file with canaries in every cell is sent, its columns said, and taken in; and no file."""
    content = f"Ref,Name,Date,Email,{CANARY}\n{CANARY},{CANARY},2030-05-24,,{CANARY}\n".encode()
    for sent in (content, CANARY.encode()):
        form = client.see("/scc/import").form("/import").fill(site=CANARY)
        values: dict[str, Any] = {name: found[0] for name, found in form.values.items()}
        values["file"] = (io.BytesIO(sent), f"{CANARY}.csv")
        answer = client.post("/scc/import", data=values, content_type="multipart/form-data")
        if answer.status_code == 303:
            client.see(answer.headers["Location"]).form("/columns").submit(follow_redirects=True)
            client.page.form("/apply").submit(follow_redirects=True)
            client.get(f"{answer.headers['Location']}/rows.csv")


def waivers(client: PageClient, event: str) -> None:
    """A text is published; a guest signs with canaries in every field; the office speaks of it."""
    client.see("/scc/waiver-text").form("/waiver-text").fill(en=CANARY).submit()
    form = client.page.form("/waiver-text").fill(publish="y")
    form.values["publishing"] = ["y"]
    form.submit()
    guests = event.replace("/scc/events", "/g") + "/waiver"
    filled = FILLED | dict.fromkeys(
        ("name", "emergency", "captain_note", "typed"), f"{CANARY} 619-555-0134"
    )
    filled |= {"email": f"{CANARY}@example.com", "phone": f"{CANARY} 6195550134"}
    filled |= child(1, CANARY, "2029-01-02")
    answer = sign_form(client, guests, **filled).submit(headers=HEADERS)
    client.see(answer.headers["Location"], headers=HEADERS)
    too_young = filled | {"birth_date": "2029-01-01"}
    sign_form(client, guests, **too_young).submit(headers=HEADERS)
    client.see(f"{event}/waivers")
    client.see(f"{event}/waivers/qr")
    client.see(f"{event}/waivers/paper").form("/paper").fill(
        name=CANARY, birth_date="1990-01-01", kept_at=CANARY
    ).submit()
    client.get(f"/g/{CANARY}/signed/{CANARY}")
    client.get(f"/g/{CANARY}/waiver/{CANARY}")


def api(client: PageClient) -> None:
    client.get("/api/events", headers={"X-Admin-Token": CANARY})
    client.get("/api/events", headers={"X-Admin-Token": "\xff" + CANARY})
    client.get(f"/api/events/{CANARY}", headers=TOKEN)
    client.post("/api/log-payment", data=f'{{"event_id": "{CANARY}"', headers=TOKEN | HEADERS)
    client.post("/api/log-payment", json={"event_id": CANARY, "amount": CANARY}, headers=TOKEN)
    source = {"site": "peek", "ref": CANARY}
    for date in ("2030-05-25", CANARY):
        body = {"source": source, "patron_name": CANARY, "date": date, "notes": TEXT}
        client.post("/api/events", json=body, headers=TOKEN)


def failing(client: PageClient, dynamodb: Any) -> None:
    client.get("/scc/broken")
    client.get("/", environ_overrides={"lambda.event": {"headers": CANARY}})
    with refusing(dynamodb, "AccessDeniedException"):
        client.sign_in(name=CANARY)
        client.get(f"/g/{CANARY}/waiver")
    with refusing(dynamodb, "ProvisionedThroughputExceededException"):
        client.get(f"/g/{CANARY}/waiver")


if __name__ == "__main__":
    assert os.environ["AWS_ENDPOINT_URL"]
    main()

// The dock: a weak signal, one thumb. What is typed stays on the phone until it is signed; strokes
// are kept in the drawing's own units, so that turning the phone changes nothing; and one form is
// one record, however often it is sent.
const form = document.querySelector("[data-waiver]");
const DAY = 86_400_000, PATIENCE = 20_000; // ms
const LEAST = 24; // characters of a path that is a signature
const place = "scc-waiver:" + location.pathname;
const storage = (act) => {
  try {
    return act(localStorage);
  } catch {
    // private mode
  }
};

const draftOf = (name) => storage((s) => {
  const kept = JSON.parse(s.getItem(name));
  return Date.now() - kept?.at < DAY ? kept : null;
});
// After a day, and once it is signed, nothing stays on the phone.
const forget = (done) => storage((s) => Object.keys(s)
  .filter((name) => name.startsWith("scc-waiver:") && (done || !draftOf(name)))
  .forEach((name) => s.removeItem(name)));

function start() {
  const { sending, waiting } = form.dataset;
  const find = (name) => form.querySelector(`[data-${name}]`);
  const draft = find("draft"), add = find("add");
  const { signature, children_shown: shown, signed_at, phone_zone } = form.elements;
  // Words alone: no tick and no signature is made by a page. And the key, so that it stays one record.
  const words = [...form.querySelectorAll("select, input:not([type=checkbox], [type=radio], [type=hidden], [name=typed]), [name=key], [name=children_shown]")];
  const children = [...form.querySelectorAll("[data-child]")];

  const show = (number) => {
    shown.value = number;
    children.forEach((row, n) => (row.hidden = n >= number));
    if (add) add.hidden = number >= children.length;
  };
  // A page that came back from the server has it all already, and maybe another key.
  const kept = "back" in form.dataset ? null : draftOf(place);
  if (kept) {
    words.forEach((e, n) => (e.value = kept.values[n] || e.value));
    show(+shown.value);
    draft.firstChild.textContent = form.dataset.kept;
    draft.hidden = false;
  }
  form.addEventListener("input", () => {
    const values = words.map((e) => e.value);
    storage((s) => s.setItem(place, JSON.stringify({ at: Date.now(), values })));
    draft.hidden = false;
  });
  find("forget").onclick = () => {
    storage((s) => s.removeItem(place));
    for (const e of words) if (e.type !== "hidden") e.value = "";
    draft.hidden = true;
  };
  if (add) add.onclick = (event) => {
    event.preventDefault();
    show(+shown.value + 1);
    children[shown.value - 1].querySelector("input").focus();
  };

  // The signature: one path, each stroke a start and steps from there.
  const pad = form.querySelector(".pad");
  let last;
  const draw = (path) => {
    signature.value = path;
    pad.firstChild.setAttribute("d", path);
  };
  const point = (event) => {
    const box = pad.getBoundingClientRect();
    const on = (share, most) => Math.round(Math.max(0, Math.min(1, share)) * most);
    return [on((event.clientX - box.x) / box.width, 600), on((event.clientY - box.y) / box.height, 200)];
  };
  pad.onpointerdown = (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    last = point(event);
    draw(`${signature.value}M${last.join(" ")}l0 0`);
  };
  pad.onpointermove = (event) => {
    if (!last || signature.value.length > 11_900) return;
    const now = point(event), [dx, dy] = [now[0] - last[0], now[1] - last[1]];
    if (Math.hypot(dx, dy) < 4) return;
    draw(`${signature.value}l${dx} ${dy}`);
    last = now;
  };
  pad.onpointerup = pad.onpointercancel = () => (last = null);
  find("clear").onclick = () => draw("");
  find("pad").hidden = false;
  draw(signature.value);

  // Sending: again and again until there is an answer. Pressing meanwhile tries at once.
  let wake, busy;
  const say = (text) => (find("status").textContent = text);
  const pause = (seconds) => new Promise((done) => {
    wake = done;
    const tick = () => {
      say(waiting.replace("{seconds}", seconds));
      if (seconds--) setTimeout(tick, 1000);
      else done();
    };
    tick();
  });
  addEventListener("online", () => wake?.());
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name) return;
    event.preventDefault();
    if (busy) return wake?.();
    busy = true;
    if (signature.value.length < LEAST) draw(""); // the pad was only touched
    signed_at.value = new Date().toISOString();
    phone_zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const body = new URLSearchParams(new FormData(form));
    for (let seconds = 2; ; seconds = Math.min(seconds * 2, 30)) {
      say(sending);
      const cut = new AbortController(), { signal } = cut;
      const late = setTimeout(() => cut.abort(), PATIENCE);
      try {
        const answer = await fetch(form.action, { method: "POST", body, signal, headers: { "X-SCC-Fragment": "1" } });
        if (answer.status === 201) return location.assign(answer.headers.get("Location"));
        // What is wrong is said by the page itself.
        if (answer.status < 500) return form.submit();
      } catch {
        // no way there, or none back
      } finally {
        clearTimeout(late);
      }
      await pause(seconds);
    }
  });
}

forget(!form);
if (form) start();

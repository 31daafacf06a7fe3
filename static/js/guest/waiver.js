// The dock: a weak signal, one thumb. What is typed stays on the phone until it is signed; strokes
// are kept in the drawing's own units, so that turning the phone changes nothing; and one form is
// one record, however often it is sent.

const form = document.querySelector("[data-waiver]");
const storage = (act) => { try { return act(localStorage); } catch { /* private mode */ } };
const DAY = 86_400_000, PATIENCE = 20_000; // ms
const place = "scc-waiver:" + location.pathname.replace(/\/signed\/.*/, "");
const find = (name) => form.querySelector(`[data-${name}]`);

if (form) {
  const { sending, waiting, kept } = form.dataset;
  const draft = find("draft"), status = find("status");
  const field = (name) => form.elements[name];
  // Text alone: no tick and no signature is made by a page. The key, so that it stays one record.
  const drafted = [...form.elements].filter((e) =>
    e.name && e.type !== "button" && !/^(checkbox|radio|submit)$/.test(e.type) &&
    !/^(text_seen|signature|typed|signed_at|phone_zone)$/.test(e.name));
  const children = [...form.querySelectorAll("[data-child]")];
  const rows = (number) => {
    children.forEach((row, n) => (row.hidden = n >= number));
    field("children_shown").value = number;
    if (find("add")) find("add").hidden = number >= children.length;
  };

  const restore = () => {
    const { at, values } = storage((s) => JSON.parse(s.getItem(place))) ?? {};
    if (!(Date.now() - at < DAY) || form.querySelector("[aria-invalid]")) return;
    for (const e of drafted) if (values[e.name]) e.value = values[e.name];
    rows(+field("children_shown").value || 0);
    draft.firstElementChild.textContent = kept;
    draft.hidden = false;
  };
  form.addEventListener("input", () => {
    const values = Object.fromEntries(drafted.map((e) => [e.name, e.value]));
    storage((s) => s.setItem(place, JSON.stringify({ at: Date.now(), values })));
    draft.hidden = false;
  });
  find("forget").onclick = () => {
    storage((s) => s.removeItem(place));
    for (const e of drafted) if (e.type !== "hidden") e.value = "";
    draft.hidden = true;
  };
  if (find("add")) find("add").onclick = (event) => {
    event.preventDefault();
    rows(+field("children_shown").value + 1);
    children.findLast((row) => !row.hidden).querySelector("input").focus();
  };

  // The signature: one path, each stroke a start and steps from there.
  const pad = form.querySelector(".pad"), line = pad.firstElementChild, signature = field("signature");
  let last;
  const draw = (d) => { signature.value = d; line.setAttribute("d", d); };
  const point = ({ clientX, clientY }) => {
    const box = pad.getBoundingClientRect();
    const within = (v, most) => Math.max(0, Math.min(most, Math.round(v)));
    return [within(((clientX - box.x) / box.width) * 600, 600), within(((clientY - box.y) / box.height) * 200, 200)];
  };
  pad.onpointerdown = (event) => {
    event.preventDefault();
    pad.setPointerCapture(event.pointerId);
    last = point(event);
    draw(`${signature.value}M${last.join(" ")}l0 0`);
  };
  pad.onpointermove = (event) => {
    if (!last || signature.value.length > 11_900) return;
    const [x, y] = point(event), [dx, dy] = [x - last[0], y - last[1]];
    if (Math.abs(dx) + Math.abs(dy) < 4) return;
    draw(`${signature.value}l${dx} ${dy}`);
    last = [x, y];
  };
  pad.onpointerup = pad.onpointercancel = () => (last = null);
  find("clear").onclick = () => draw("");
  find("pad").hidden = false;
  draw(signature.value);
  restore();

  // Sending: again and again until there is an answer. Pressing meanwhile tries at once.
  let wake, busy;
  const pause = (seconds) => new Promise((done) => {
    wake = done;
    const tell = () => {
      status.textContent = waiting.replace("{seconds}", seconds);
      seconds-- ? setTimeout(tell, 1000) : done();
    };
    tell();
  });
  addEventListener("online", () => wake?.());
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name) return;
    event.preventDefault();
    if (busy) return wake?.();
    busy = true;
    field("signed_at").value = new Date().toISOString();
    field("phone_zone").value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const body = new URLSearchParams(new FormData(form));
    for (let seconds = 2; ; seconds = Math.min(seconds * 2, 30)) {
      status.textContent = sending;
      try {
        const options = { method: "POST", body, headers: { "X-SCC-Fragment": "1" } };
        const answer = await fetch(form.action, { ...options, signal: AbortSignal.timeout?.(PATIENCE) });
        if (answer.status === 201) return location.assign(answer.headers.get("Location"));
        if (answer.status < 500) return form.submit(); // what is wrong is said by the page itself
      } catch { /* no way there, or none back */ }
      await pause(seconds);
    }
  });
} else if (document.querySelector("[data-signed]")) {
  for (const name of Object.keys(localStorage)) if (name.startsWith("scc-waiver:")) localStorage.removeItem(name);
}

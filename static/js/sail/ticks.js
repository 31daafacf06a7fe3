// What is pressed is kept on the phone until it has left, each press with a key of its own, so that
// it arrives once however often it is sent, and by whoever pressed it. For as long as a page that
// was kept for want of a signal may be shown, so long is known here what came after it.
const NAME = "scc-ticks";
const EVERY = 15_000; // ms between tries without a signal
const KNOWN = 2 * 86_400_000; // ms that a tick is known after it has left
const token = document.querySelector("[name=csrf_token]").value;
const here = document.querySelector("[data-tick]").action;
const waiting = document.querySelector("[data-waiting]");
const { me, name, version } = waiting.dataset;
const kept = () => JSON.parse(localStorage.getItem(NAME) ?? "[]");
const keep = (ticks) => localStorage.setItem(NAME, JSON.stringify(ticks));
const isMine = ({ by }) => (by ?? me) === me;
const unsent = () => kept().filter(({ sent }) => !sent);
let sending;

function say(more = "") {
  const mine = unsent().filter(isMine).length;
  const others = unsent().filter((tick) => !isMine(tick));
  const names = [...new Set(others.map((tick) => tick.name))].join(", ");
  const count = (number) => (number === 1 ? "1 tick is" : `${number} ticks are`);
  const lines = [more || (mine && `${count(mine)} kept on this phone until there is a signal.`)];
  if (others.length) lines.push(`${count(others.length)} kept until ${names} signs in here again.`);
  waiting.textContent = lines.filter(Boolean).join(" ");
  waiting.hidden = !waiting.textContent;
}

/** What the page shows once the server knows of it. */
function show({ what, of, at }) {
  const row = of && document.querySelector(`[data-of="${CSS.escape(of)}"]`);
  if (row) row.className = { aboard: "aboard", no_show: "no_show" }[what] ?? "";
  const more = document.querySelector("[data-more]");
  if (what === "walk_on") more.textContent = +more.textContent + 1;
  if (what === "fewer") more.textContent = Math.max(0, more.textContent - 1);
  const time = document.querySelector(`[data-time="${what}"]`);
  if (time) time.textContent = new Date(at).toLocaleTimeString([], { timeStyle: "short" });
  const heads = document.querySelectorAll("li.aboard").length + +more.textContent;
  document.querySelector("[data-heads]").textContent = heads;
  const limit = document.querySelector("[data-limit]");
  limit?.classList.toggle("due", heads > limit.dataset.limit);
}

async function send() {
  if (sending) return;
  sending = true;
  let lost = "";
  const next = () => unsent().find(isMine);
  for (let tick = next(); tick; tick = next()) {
    const { url, key, what, of, at } = tick;
    const body = new URLSearchParams({ key, what, of, at, csrf_token: token });
    const headers = { "X-SCC-Fragment": "1" };
    const signal = AbortSignal.timeout?.(20_000);
    const answer = await fetch(url, { method: "POST", body, headers, signal }).catch(() => {});
    if (answer?.status === 401) lost = "Sign in again: your ticks are kept, and sent then.";
    if (answer?.status === 422) lost = "Load this page again: your ticks are kept, and sent then.";
    if (![204, 400, 403, 404].includes(answer?.status)) break;
    if (answer.status !== 204) lost = "One tick could not be taken. Look at the list again.";
    const sent = answer.status === 204 && answer.headers.get("X-SCC-Version");
    keep(kept().flatMap((one) => (one.key !== key ? one : sent ? { ...one, sent } : [])));
  }
  sending = false;
  say(lost);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-tick]");
  if (!form) return;
  event.preventDefault();
  const { what, of } = Object.fromEntries(new FormData(form));
  const at = new Date().toISOString();
  const tick = { url: form.action, key: crypto.randomUUID(), what, of, at, by: me, name };
  keep([...kept(), tick]);
  show(tick);
  say();
  send();
});
addEventListener("online", send);
setInterval(send, EVERY);
keep(kept().filter(({ sent, at }) => !sent || Date.now() - new Date(at) < KNOWN));
kept().filter(({ url, sent }) => url === here && (sent ?? Infinity) > +version).forEach(show);
say();
send();

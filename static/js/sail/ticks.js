// What the captain presses is kept on the phone until it has left, each press with a key of its
// own, so that it arrives once however often it is sent.
const NAME = "scc-ticks";
const EVERY = 15_000; // ms between tries without a signal
const token = document.querySelector("[name=csrf_token]").value;
const waiting = document.querySelector("[data-waiting]");
const kept = () => JSON.parse(localStorage.getItem(NAME) ?? "[]");
const keep = (ticks) => localStorage.setItem(NAME, JSON.stringify(ticks));
let sending;

function say(more = "") {
  const number = kept().length;
  waiting.hidden = !number && !more;
  const many = number === 1 ? "1 tick is" : `${number} ticks are`;
  waiting.textContent = more || `${many} kept on this phone until there is a signal.`;
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
  for (let [tick] = kept(); tick; [tick] = kept()) {
    const { url, ...fields } = tick;
    const body = new URLSearchParams({ ...fields, csrf_token: token });
    const headers = { "X-SCC-Fragment": "1" };
    const signal = AbortSignal.timeout?.(20_000);
    const answer = await fetch(url, { method: "POST", body, headers, signal }).catch(() => {});
    if (answer?.status === 401) lost = "Sign in again: your ticks are kept, and sent then.";
    if (answer?.status === 422) lost = "Load this page again: your ticks are kept, and sent then.";
    if (![204, 400, 403, 404].includes(answer?.status)) break;
    if (answer.status !== 204) lost = "One tick could not be taken. Look at the list again.";
    keep(kept().filter(({ key }) => key !== tick.key));
  }
  sending = false;
  say(lost);
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-tick]");
  if (!form) return;
  event.preventDefault();
  const { what, of } = Object.fromEntries(new FormData(form));
  const tick = { url: form.action, key: crypto.randomUUID(), what, of, at: new Date().toISOString() };
  keep([...kept(), tick]);
  show(tick);
  say();
  send();
});
addEventListener("online", send);
setInterval(send, EVERY);
kept().filter(({ url }) => url === location.href).forEach(show);
say();
send();

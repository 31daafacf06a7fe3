// Keeps the run sheets and the ticks' pages of these days, and my sails, which lead to them, for
// where there is no signal; and what they look like: nothing else. They hold personal data: whoever
// signs in or out here, or is let in no more, leaves none.
const KEPT = "scc-sheets";
const PATIENCE = 8_000; // ms until a page that is kept is better than one that may still come
const DAYS = 2 * 86_400_000; // ms that a page is kept
const LET_IN_NO_MORE = [0, 401, 403]; // a redirect to the sign-in has status 0
const KINDS = /\/scc\/(sheet\/\d{4}-\d\d-\d\d|crew\/([^/]+\/sail)?)$/;
const isKept = (url) => KINDS.test(url.slice(new URL(url).origin.length));
const changesWho = (url) => /\/scc\/(sign-(in|out)|in\/)/.test(new URL(url).pathname);
let emptied = 0; // how often: what was asked for before is not kept after
const forget = () => {
  emptied += 1;
  return caches.delete(KEPT);
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method === "POST") {
    if (changesWho(request.url)) event.waitUntil(forget());
  } else if (isKept(request.url)) event.respondWith(page(request));
  else if (request.url.includes("/scc/static/")) event.respondWith(asset(request));
});

async function page(request) {
  const before = emptied;
  const kept = await (await caches.open(KEPT)).match(request.url, { ignoreVary: true });
  const late = new Promise((_, reject) => kept && setTimeout(reject, PATIENCE));
  try {
    const answer = await Promise.race([fetch(request), late]);
    if (answer.ok && !answer.redirected) await keep(request.url, answer.clone(), before);
    else if (answer.redirected || LET_IN_NO_MORE.includes(answer.status)) await forget();
    return answer;
  } catch {
    if (!kept) return Response.error();
    const html = (await kept.text()).replace(" hidden data-kept", " data-kept");
    return new Response(html, { headers: kept.headers });
  }
}

async function keep(url, answer, before) {
  try {
    if (before === emptied) await putBy(url, answer);
  } catch {
    // no room: there is a signal, and the page is shown all the same
  }
}

async function putBy(url, answer) {
  const cache = await caches.open(KEPT);
  for (const old of await cache.keys()) {
    const at = (await cache.match(old, { ignoreVary: true }))?.headers.get("Date");
    if (Date.now() - new Date(at) > DAYS) await cache.delete(old, { ignoreVary: true });
  }
  const html = await answer.clone().text();
  const parts = [...html.matchAll(/(?:href|src)="([^"]+\/static\/[^"]+)"/g)].map(([, part]) => part);
  await cache.addAll(parts);
  await cache.put(url, answer);
}

async function asset(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
  }
}

// Sheets are kept for where there is no signal: by a worker, which is told which come next.
const workers = navigator.serviceWorker;
const policy = window.trustedTypes?.createPolicy("scc", { createScriptURL: (url) => url });
const { worker } = document.body.dataset;

if (workers && worker) {
  try {
    await workers.register(policy ? policy.createScriptURL(worker) : worker);
    if (!workers.controller) {
      await new Promise((done) => workers.addEventListener("controllerchange", done, { once: true }));
    }
    for (const { href } of document.querySelectorAll("[data-keep]")) await fetch(href);
  } catch {
    // no signal just now, or no room: the pages work without
  }
}

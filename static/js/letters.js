// After a change its letters are due: some at once, some when Undo is past. Ask the app to send;
// the schedule does it anyhow, a little later.
const around = document.querySelector("[data-banners]");
async function send() {
  const form = around.querySelector("[data-send-letters]");
  if (!form) return;
  const body = new URLSearchParams(new FormData(form));
  try {
    const { next } = await (await fetch(form.action, { method: "POST", body })).json();
    if (next !== null && next < 180) setTimeout(send, (next + 1) * 1000);
  } catch {
    // no signal, or signed out: the schedule
  }
}
if (around) {
  new MutationObserver(send).observe(around, { childList: true });
  send();
}

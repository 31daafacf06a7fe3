// A dialog is a page with an address. This fetches it alone, opens it over the page, and puts in
// what its form's answer brings. What it does not understand it leaves to the browser.

const SETTLE = 350; // ms in which the second tap of a double tap falls on what is there by then
const PATIENCE = 20_000; // ms: past the server's own 10 s and a slow way there and back
const policy = window.trustedTypes?.createPolicy("scc", { createHTML: (html) => html });
const banners = document.querySelector("[data-banners]");
const page = () => document.querySelectorAll("body > :not(dialog, [data-banners])");
let busy, changed, native;

/** The answer and its content; nothing where the network or the server gave up. */
async function ask(url, options) {
  busy = true;
  try {
    const signal = AbortSignal.timeout?.(PATIENCE);
    const answer = await fetch(url, { headers: { "X-SCC-Fragment": "1" }, signal, ...options });
    const html = await answer.text();
    const template = document.createElement("template");
    template.innerHTML = policy ? policy.createHTML(html) : html;
    const find = (selector) => template.content.querySelector(selector);
    if (answer.status < 502) return { answer, find };
  } catch {
    // lost on the way: the same as no answer
  } finally {
    busy = false;
  }
}

function rest(parts) {
  parts.forEach((part) => (part.inert = true));
  setTimeout(() => parts.forEach((part) => (part.inert = false)), SETTLE);
}

function show(dialog, url) {
  const held = document.activeElement;
  document.body.append(dialog);
  dialog.dataset.url = url;
  dialog.open = false; // the server's is open, but no modal
  dialog.classList.add("active");
  dialog.addEventListener("close", closed);
  dialog.showModal();
  rest(dialog.querySelectorAll("footer"));
  if (dialog.contains(held)) held.focus();
}

async function open(url) {
  if (busy) return;
  const got = await ask(url);
  const dialog = got?.answer.ok && got.find("dialog");
  if (!got) banners.textContent = "No answer. Check the signal and press again.";
  else if (!dialog) location.assign(url);
  else {
    if (!history.state?.dialog) history.pushState({ dialog: true }, "", url);
    show(dialog, url);
  }
}

/** Esc, Close, Back and a payment logged all come by here. */
function closed({ target: dialog }) {
  if (busy) return dialog.showModal(); // its key must outlive an answer on the way
  const { url } = dialog.dataset;
  const { href } = dialog.querySelector("[data-close]");
  if (history.state?.dialog) history.back();
  else if (location.href === url) history.replaceState(null, "", href);
  dialog.remove();
  rest(page());
  const links = [...document.querySelectorAll("[data-dialog-link]")];
  const next = changed ?? links.find((link) => link.href === url);
  changed = null;
  setTimeout(() => next?.focus(), SETTLE);
}

function take({ answer, find }, dialog) {
  changed = find("article");
  const old = changed && document.getElementById(changed.id);
  // Asked for from a page without the card, or it told of what crew were handed, too.
  if (!old || dialog.querySelector("[name=handed]")?.value) return location.replace(answer.url);
  banners.replaceChildren(find("[data-banner]"));
  old.replaceWith(changed);
  dialog.close();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const dialog = link.closest("[data-dialog]");
  if (link.matches("[data-dialog-link]")) open(link.href);
  else if (link.matches("[data-close]")) dialog.close();
  else if (dialog && link.hash) dialog.querySelector(link.hash).focus(); // leaves no history
  else return;
  event.preventDefault();
});

document.addEventListener("submit", async (event) => {
  const { target: form, submitter: button } = event;
  const dialog = form.closest("[data-dialog]");
  if (!dialog || native) return;
  event.preventDefault();
  if (busy) return;
  const body = new URLSearchParams(new FormData(form));
  if (button.name) body.append(button.name, button.value);
  const said = form.querySelector("[data-alert]");
  said.textContent = "";
  button.ariaDisabled = "true"; // `disabled` would lose the focus
  const got = await ask(form.action, { method: "POST", body });
  button.ariaDisabled = null;
  if (!got) said.textContent = "This could not be confirmed. Pressing again is safe.";
  else if (got.find("dialog")) { // the form with its errors, or the next step
    dialog.replaceChildren(...got.find("dialog").childNodes);
    rest(dialog.querySelectorAll("footer"));
    dialog.querySelector("[autofocus]")?.focus();
  } else if (got.answer.ok && got.find("[data-banner]")) take(got, dialog);
  else {
    native = true;
    form.requestSubmit(button);
    native = false;
  }
});

addEventListener("popstate", () => {
  if (history.state?.dialog) open(location.href);
  else document.querySelector("[data-dialog]")?.close();
});

const given = document.querySelector("[data-dialog][open]");
if (given) {
  rest(page());
  show(given, location.href);
} else if (history.state?.dialog) history.replaceState(null, ""); // loaded anew without it

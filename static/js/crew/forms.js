// A form stays as it was typed until the server has answered: an app on the home screen has no way
// back from a browser's error page.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-stays]");
  if (!form) return;
  event.preventDefault();
  const { submitter: button } = event;
  const said = form.querySelector("[data-alert]");
  if (button.ariaDisabled) return;
  said.textContent = "";
  button.ariaDisabled = "true"; // `disabled` would lose the focus
  const body = new URLSearchParams(new FormData(form));
  const signal = AbortSignal.timeout?.(20_000);
  const answer = await fetch(form.action, { method: "POST", body, signal }).catch(() => {});
  button.ariaDisabled = null;
  if (!answer || answer.status >= 502) {
    said.textContent = "No answer. What you typed is still here: press again when there is a signal.";
  } else if (answer.ok && answer.redirected) location.assign(answer.url);
  else form.submit(); // the page with what is wrong, or the way back in
});

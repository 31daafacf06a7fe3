// The text opens in the sender's phone; that it was handed over is noted beside.
document.querySelector("[data-hand-over]")?.addEventListener("click", async ({ target }) => {
  const form = target.closest("form");
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, keepalive: true });
  if (answer.ok) location.assign(answer.url);
});

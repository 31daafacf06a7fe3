// A banner stays until it is read; its link to the page without it needs no new page.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-dismiss]");
  if (!link) return;
  event.preventDefault();
  link.closest("[data-banners]").replaceChildren();
});

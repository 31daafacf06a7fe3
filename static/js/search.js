// Finds as one types, a moment after each key, at the address that the form leads to. This way of
// asking gives a document, so no text is turned into a page here.
const form = document.querySelector("[data-search]");
const asking = new XMLHttpRequest();
let soon;
asking.responseType = "document";
asking.onload = () => {
  if (asking.status !== 200) return;
  document.querySelector("[data-found]").replaceChildren(...asking.response.body.childNodes);
  history.replaceState(history.state, "", asking.responseURL);
};
form?.addEventListener("input", () => {
  clearTimeout(soon);
  soon = setTimeout(() => {
    asking.open("GET", `${form.action}?${new URLSearchParams(new FormData(form))}`);
    asking.setRequestHeader("X-SCC-Fragment", "1");
    asking.send();
  }, 300);
});

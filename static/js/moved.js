// Old bookmarks: the older page kept its token here, readable for any script. Forget it, go on.
const moved = document.querySelector('[data-moved]');
if (moved) {
  for (const name of Object.keys(localStorage)) {
    if (/token|admin/i.test(name)) localStorage.removeItem(name);
  }
  location.replace(moved.href);
}

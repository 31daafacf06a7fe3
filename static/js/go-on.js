// A file of bookings is taken in some rows at a time; the page asks for the next ones itself.
document.querySelector("[data-go-on]")?.requestSubmit();

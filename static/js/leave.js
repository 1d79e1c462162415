// Leaves a page at once: nothing of it stays on the screen, Back does not show it again, and the sign-in
// is over. What waits to be sent stays on the phone.

const link = document.querySelector("a[data-leave]");

link.addEventListener("click", (event) => {
  event.preventDefault();
  const signOut = document.querySelector("form[action$='/logout']");
  if (signOut !== null) navigator.sendBeacon(signOut.action, new URLSearchParams(new FormData(signOut)));
  document.body.replaceChildren();
  document.title = " ";
  location.replace(link.href);
});

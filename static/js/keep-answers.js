// Keeps what was chosen in a check-in until it is sent, so that a reload loses nothing.
// In this tab only (sessionStorage), gone with the tab, and cleared as soon as it was sent.

const PREFIX = "answers ";
const form = document.querySelector("form[data-keep]");

function forget() {
  for (const key of Object.keys(sessionStorage)) {
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  }
}

function chosen() {
  return [...form.querySelectorAll("input:checked")].map((input) => [input.name, input.value]);
}

function restore(pairs) {
  for (const input of form.querySelectorAll("input[type=radio], input[type=checkbox]")) {
    input.checked = pairs.some(([name, value]) => name === input.name && value === input.value);
  }
}

if (document.querySelector("[data-forget-answers]") !== null) forget(); // sent, or signed out
if (form !== null) {
  const key = PREFIX + form.dataset.keep;
  const kept = sessionStorage.getItem(key);
  if (kept !== null && chosen().length === 0) restore(JSON.parse(kept));
  form.addEventListener("change", () => sessionStorage.setItem(key, JSON.stringify(chosen())));
}

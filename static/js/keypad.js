// A paper form by the keyboard: a digit answers the question in hand and leads to the next one.
// "s" or "-" skips it, "x" is 10, Backspace leads back. Without this, tiles and numbers work alone.

const questions = [...document.querySelectorAll("[data-keypad]")];
const isTyping = (target) =>
  target.matches("textarea, select, input:not([type=radio], [type=checkbox])");
let place = 0;

function go(to) {
  place = Math.max(0, to);
  const question = questions[place];
  const next = question
    ? (question.querySelector("input:checked") ?? question.querySelector("input"))
    : questions[0].closest("form").querySelector("button[type=submit]");
  next.focus();
  (question ?? next).scrollIntoView({ block: "center" });
}

function answer(value) {
  const chosen = questions[place]?.querySelector(`input[value="${value}"]`);
  if (!chosen) return;
  chosen.checked = true;
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
  go(place + 1);
}

document.addEventListener("focusin", (event) => {
  const at = questions.indexOf(event.target.closest("[data-keypad]"));
  if (at !== -1) place = at;
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (!event.target.closest("[data-keypad]")) {
    if (event.target.closest("form, a, button, summary") || !/^[0-9]$/.test(event.key)) return;
  }
  const value = /^[0-9]$/.test(event.key) ? event.key : { s: "skip", "-": "skip", x: "10" }[event.key];
  if (value) answer(value);
  else if (event.key === "Backspace") go(place - 1);
  else return;
  event.preventDefault();
});

// Enter leads from number to number of a set, which is never sent half typed; then to the next set.

const form = () => document.querySelector(".vitals-entry");
const fields = () => [...form().querySelectorAll(".set-values input, .tile input")];
let isNext = false;

function begin() {
  if (document.querySelector("input:focus, .error-summary") === null)
    fields()[0].focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".set-values input")) return;
  event.preventDefault();
  fields()[fields().indexOf(event.target) + 1].focus();
});
document.addEventListener("entry-kept", (event) => {
  isNext = event.detail === form();
  if (isNext) begin();
});
document.addEventListener("page-shown", () => {
  if (isNext && form()) begin();
  isNext = false;
});
if (location.hash === "#vital-signs" && form())
  addEventListener("load", () => requestAnimationFrame(begin));

// Enter leads from number to number of a set, which is never sent half typed; then to the next set.

const fields = () => [...document.querySelectorAll(".vitals-entry :is(.set-values, .tile) input")];
let isNext = false;

function begin() {
  if (document.querySelector("input:focus, .error-summary") === null)
    fields()[0]?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".set-values input")) return;
  event.preventDefault();
  fields()[fields().indexOf(event.target) + 1].focus();
});
document.addEventListener("entry-kept", (event) => {
  isNext = event.detail.matches(".vitals-entry");
  if (isNext) begin();
});
document.addEventListener("page-shown", () => {
  if (isNext) begin();
  isNext = false;
});
if (location.hash === "#vital-signs") addEventListener("load", () => requestAnimationFrame(begin));

// A chart reads itself out: what is under the pointer or the finger, or value by value with the
// arrow keys. A link to a part of the course changes the picture in its place. Without this the
// table has the numbers and the link opens a page.

const narrow = matchMedia("(max-width: 640px)");
const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
const places = new WeakMap();

const drawingOf = (event) => event.target.closest?.("[data-spots]");
const spotsOf = (drawing) => JSON.parse(drawing.dataset.spots);
const shareOf = (spot) => spot[narrow.matches ? 1 : 0];
const imageOf = (drawing) => drawing.querySelector("picture:not(.on-paper) img");

function setUp() {
  for (const drawing of document.querySelectorAll("[data-spots]:not([tabindex])")) {
    drawing.tabIndex = 0;
    drawing.setAttribute("role", "group");
    drawing.setAttribute("aria-label", drawing.dataset.readout);
    const said = document.createElement("p");
    said.className = "chart-readout";
    said.setAttribute("role", "status");
    said.setAttribute("aria-live", "polite");
    drawing.after(said);
    const line = document.createElement("span");
    line.className = "chart-line";
    line.hidden = true;
    drawing.append(line);
  }
}

function say(drawing, words) {
  const said = drawing.nextElementSibling;
  if (said.textContent !== words) said.textContent = words;
}

function show(drawing, number) {
  const spot = spotsOf(drawing)[number];
  if (!spot) return;
  const image = imageOf(drawing);
  const line = drawing.querySelector(".chart-line");
  line.style.left = `${image.offsetLeft + shareOf(spot) * image.clientWidth}px`;
  line.hidden = false;
  places.set(drawing, number);
  say(drawing, spot[2]);
}

function nearest(drawing, clientX) {
  const box = imageOf(drawing).getBoundingClientRect();
  const share = (clientX - box.left) / box.width;
  const far = spotsOf(drawing).map((spot) => Math.abs(shareOf(spot) - share));
  return far.indexOf(Math.min(...far));
}

function point(event) {
  const drawing = drawingOf(event);
  if (drawing) show(drawing, nearest(drawing, event.clientX));
}

function step(event) {
  const drawing = drawingOf(event);
  if (!drawing || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = spotsOf(drawing).length - 1;
  if (event.key === "Escape") drawing.querySelector(".chart-line").hidden = true;
  if (!(event.key in STEPS)) return;
  const before = places.get(drawing) ?? (event.key === "ArrowLeft" ? last + 1 : -1);
  show(drawing, Math.max(0, Math.min(last, before + STEPS[event.key])));
  event.preventDefault();
}

function zoom(event) {
  const link = event.target.closest?.("a[data-zoom]");
  if (!link || event.button > 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const shown = JSON.parse(link.dataset.zoom);
  const figure = link.closest("figure");
  for (const part of figure.querySelectorAll("[data-variant]")) {
    part[part.matches("img") ? "src" : "srcset"] = shown[part.dataset.variant];
    if (part.matches("img")) part.alt = shown.alt;
  }
  for (const each of figure.querySelectorAll("a[data-zoom]")) each.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  if (figure.previousElementSibling?.matches(".lead"))
    figure.previousElementSibling.textContent = shown.alt;
  const drawing = figure.querySelector("[data-spots]");
  drawing.dataset.spots = JSON.stringify(shown.spots);
  drawing.querySelector(".chart-line").hidden = true;
  places.delete(drawing);
  say(drawing, shown.alt);
}

setUp();
document.addEventListener("page-shown", setUp);
document.addEventListener("pointermove", point);
document.addEventListener("pointerdown", point);
document.addEventListener("keydown", step);
document.addEventListener("click", zoom);

// Minutes go on without the server: counted from instants that it gave, on its own clock.

const EVERY_MS = 5_000;
let ahead = 0; // of the server's clock, this tablet's

function setClock() {
  const now = document.querySelector("[data-now]")?.dataset.now;
  if (now) ahead = Date.now() - Date.parse(now);
}

function tick() {
  for (const part of document.querySelectorAll("[data-since]")) {
    const { since, words, tone } = part.dataset;
    const minutes = Math.floor((Date.now() - ahead - Date.parse(since)) / 60_000);
    if (minutes < 1) continue; // what the server said still holds
    part.textContent = `${minutes} ${words}`;
    if (tone) part.closest(".stat").classList.add(tone);
  }
  document.dispatchEvent(new Event("minute-passed"));
}

setClock();
for (const shown of ["page-shown", "parts-shown"])
  document.addEventListener(shown, () => (setClock(), tick()));
setInterval(tick, EVERY_MS);

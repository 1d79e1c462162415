// Keeps an open board current: asks every 30 seconds, changes nothing while somebody works in it.

const EVERY_MS = 30_000;
const lists = document.getElementById("board-lists");
const updated = document.getElementById("board-updated");
const trouble = document.getElementById("board-trouble");
const pause = document.getElementById("board-pause");
let etag = "";

function isPaused() {
  return pause.getAttribute("aria-pressed") === "true";
}

function isInUse() {
  return document.hidden || lists.contains(document.activeElement);
}

async function refresh() {
  if (isPaused() || isInUse()) return;
  const headers = { "X-Background-Refresh": "1" };
  if (etag) headers["If-None-Match"] = etag;
  try {
    const answer = await fetch(lists.dataset.from, { headers, redirect: "error", cache: "no-store" });
    if (answer.status === 200) {
      const part = await answer.json();
      if (isPaused() || isInUse()) return;
      const fresh = new DOMParser().parseFromString(part.html, "text/html");
      lists.replaceChildren(...fresh.body.childNodes);
      etag = answer.headers.get("ETag") ?? "";
    } else if (answer.status !== 304) {
      throw new Error(String(answer.status));
    }
    updated.textContent = answer.headers.get("X-Updated-At") ?? updated.textContent;
    trouble.hidden = true;
  } catch {
    trouble.hidden = false;
  }
}

pause.addEventListener("click", () => {
  const paused = !isPaused();
  pause.setAttribute("aria-pressed", String(paused));
  if (!paused) refresh();
});
pause.hidden = false;
setInterval(refresh, EVERY_MS);

// Keeps an open board current: asks every 5 seconds, so that a safety alert shows within seconds.
// While somebody works in it, it changes nothing, but says when an alert has come in.

const EVERY_MS = 5_000;
const lists = document.getElementById("board-lists");
const updated = document.getElementById("board-updated");
const trouble = document.getElementById("board-trouble");
const news = document.getElementById("board-news");
const pause = document.getElementById("board-pause");
let etag = "";

function isPaused() {
  return pause.getAttribute("aria-pressed") === "true";
}

function isInUse() {
  return lists.contains(document.activeElement);
}

function alertsIn(part) {
  return [...part.querySelectorAll('a[href^="/alerts/"]')].map((each) => each.getAttribute("href"));
}

function hasNewAlert(fresh) {
  const shown = new Set(alertsIn(lists));
  return alertsIn(fresh).some((href) => !shown.has(href));
}

async function refresh() {
  if (isPaused() || document.hidden) return;
  const headers = { "X-Background-Refresh": "1" };
  if (etag) headers["If-None-Match"] = etag;
  try {
    const answer = await fetch(lists.dataset.from, { headers, redirect: "error", cache: "no-store" });
    if (answer.status === 200) {
      const part = await answer.json();
      if (isPaused()) return;
      const fresh = new DOMParser().parseFromString(part.html, "text/html");
      if (isInUse()) {
        if (news) news.hidden = !hasNewAlert(fresh);
        return;
      }
      lists.replaceChildren(...fresh.body.childNodes);
      etag = answer.headers.get("ETag") ?? "";
      if (news) news.hidden = true;
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

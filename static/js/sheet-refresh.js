// Keeps an open run sheet current, except where somebody types: every 15 seconds, and when seen again.

const EVERY_MS = 15_000;
let etag = "";
let isAsking = false;
let known = new Set();

const sheet = () => document.querySelector("[data-live-from]");
const said = document.createElement("p");
said.className = "unseen";
said.setAttribute("role", "status");

const wordsOf = (part) => part.textContent.replace(/\s+/g, " ").trim();

// How many minutes something is late is not news each minute.
function urgent() {
  const stats = [...document.querySelectorAll(".stat.stop, .stat.caution")];
  const named = stats.map((each) => [...each.querySelectorAll(".stat-label, .stat-value")]);
  const notices = [...document.querySelectorAll(".notice.stop .notice-heading")];
  return [...named.map((parts) => parts.map(wordsOf).join(" ")), ...notices.map(wordsOf)];
}

function announce() {
  const now = urgent();
  const news = now.filter((words) => !known.has(words));
  if (news.length > 0) said.textContent = news.join(". ");
  known = new Set(now);
}

const actionsOf = (page) =>
  [...page.querySelectorAll("main form")].map((each) => each.getAttribute("action")).join();

function put(fresh) {
  for (const part of document.querySelectorAll("[data-live]")) {
    const newer = fresh.querySelector(`[data-live="${part.dataset.live}"]`);
    if (newer === null || part.contains(document.activeElement)) continue;
    Object.assign(part.dataset, newer.dataset);
    part.replaceChildren(...newer.childNodes);
  }
  sheet().querySelector("[data-moved-on]").hidden = actionsOf(document) === actionsOf(fresh);
  document.dispatchEvent(new Event("parts-shown"));
}

async function refresh() {
  const here = sheet();
  if (here === null || document.hidden || isAsking) return;
  isAsking = true;
  const headers = { "X-Background-Refresh": "1", ...(etag && { "If-None-Match": etag }) };
  const trouble = here.querySelector("[data-trouble]");
  try {
    const signal = AbortSignal.timeout(10_000);
    const options = { headers, redirect: "error", cache: "no-store", signal };
    const answer = await fetch(here.dataset.liveFrom, options);
    if (answer.status !== 304 && answer.status !== 200) throw new Error(String(answer.status));
    if (answer.status === 200 && sheet() === here) {
      put(new DOMParser().parseFromString(await answer.text(), "text/html"));
      etag = answer.headers.get("ETag") ?? "";
    }
    trouble.hidden = true;
  } catch {
    trouble.hidden = false;
  }
  isAsking = false;
}

document.body.append(said);
known = new Set(urgent());
document.addEventListener("page-shown", () => (etag = ""));
document.addEventListener("minute-passed", announce);
document.addEventListener("entry-stored", refresh);
document.addEventListener("visibilitychange", refresh);
setInterval(refresh, EVERY_MS);

// Entries are kept in this browser before they are sent, and until the server says that it stored
// them. One at a time, in their order; without names; never under another person's sign-in.

import { button, fill, isTyped, openStore, sendPlainly, time } from "./shared/keeping.js";
import { ask, deliver, pageOf, tokenOf } from "./shared/sending.js";

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
const SAME_TAP_MS = 1_000;
const STEP = /\/moves\/[a-z_]+$/;

const person = document.body.dataset.person ?? "";
const outbox = openStore("outbox", { keyPath: "seq", autoIncrement: true });
const list = document.createElement("aside");
const said = document.createElement("p");
let retryMs = FIRST_RETRY_MS;
let retry = 0;
let onScreen = 0; // the entry whose answer this page waits for
let problem = "";
let mineWaiting = 0;
let lastTap = { action: "", at: 0 };

// --- sending

function send(entry) {
  const renew = async () => {
    const headers = { "X-Background-Refresh": "1" };
    const page = await pageOf(await ask(location.pathname, { headers }));
    return page.body.dataset.person === entry.person ? tokenOf(page) : null;
  };
  return deliver(entry, tokenOf(document), { shown: isOnScreen(entry), renew });
}

function wordsOf({ page, isError }) {
  const found = page.querySelector(".error-summary li") ?? page.querySelector("main p");
  return (isError && found?.textContent.trim()) || "The server did not say that it stored it.";
}

async function settle(entry, result) {
  if (result.kind === "stored") {
    await outbox.remove(entry.seq);
    const settled = await removeRefused(entry);
    say("Saved.");
    if (!isOnScreen(entry) || !(await open(entry, result.to).catch(() => false)))
      document.dispatchEvent(new Event("entry-stored"));
    if (settled) say(`${said.textContent} ${settled}`);
  } else {
    await outbox.put({ ...entry, problem: wordsOf(result) });
    if (isOnScreen(entry) && result.page.querySelector("main form")) show(result.page);
    const field = document.querySelector(`[name=submission_id][value="${entry.id}"]`);
    if (field !== null) field.form.dataset.replaces = entry.seq;
  }
  if (entry.seq === onScreen) onScreen = 0;
  for (const form of document.querySelectorAll("form[data-kept]")) delete form.dataset.kept;
}

/** The same step was stored from a fresh form: the refused one is settled. */
async function removeRefused({ url, person }) {
  if (!STEP.test(url)) return "";
  let words = "";
  for (const each of await outbox.all())
    if (each.problem && each.url === url && each.person === person) {
      await outbox.remove(each.seq);
      words = "The same step, refused before, is off the list.";
    }
  return words;
}

async function sendAll() {
  for (const entry of await outbox.all()) {
    if (entry.person !== person || entry.problem) continue;
    const result = await send(entry);
    if (result.kind === "signed out") return "signed out";
    await settle(entry, result);
  }
  return "";
}

async function flush() {
  clearTimeout(retry);
  try {
    if (person) problem = await navigator.locks.request("outbox", sendAll);
    retryMs = FIRST_RETRY_MS;
  } catch {
    problem = "no connection";
    retry = setTimeout(flush, retryMs);
    retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
  }
  await draw();
}

// --- the page

/** Its form is the last that was sent from this very page, and nothing was typed in it since. */
function isOnScreen(entry) {
  const isHere = entry.seq === onScreen && entry.page === location.pathname;
  return isHere && ![...document.querySelectorAll("main form")].some(isTyped);
}

/** Show where the entry stands now. Only ever the page that is open is replaced. */
async function open(entry, to) {
  if (to.pathname !== location.pathname) {
    location.assign(to);
    return true;
  }
  const page = await pageOf(await ask(to));
  if (page.body.dataset.person !== person || !isOnScreen(entry)) return false;
  const message = page.querySelector(".messages .message");
  say(message?.textContent ?? "Saved.");
  message?.remove(); // it stands above the page: not twice
  show(page);
  return true;
}

function show(page) {
  const main = document.querySelector("main");
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  const wrong = main.querySelector(".error-summary");
  if (wrong !== null) wrong.scrollIntoView();
  else main.focus({ preventScroll: true });
  document.dispatchEvent(new Event("page-shown"));
}

function say(words) {
  said.textContent = words.trim();
}

function line(...parts) {
  const made = document.createElement("p");
  made.append(...parts);
  return made;
}

function link(words, href) {
  const made = document.createElement("a");
  made.href = href;
  made.textContent = words;
  return made;
}

const count = (many) => (many === 1 ? "1 entry waits" : `${many} entries wait`);

function refused(entry) {
  const discard = button("Discard", async () => {
    if (!confirm(`Discard the entry of ${time(entry.taken_at)}? It was not stored.`)) return;
    await outbox.remove(entry.seq);
    await draw();
  });
  return line(`${entry.label}, taken ${time(entry.taken_at)}, was not stored. ${entry.problem} `,
    link("Open and correct", `${entry.page}#correct-${entry.seq}`), " ", discard);
}

const isShown = (entry) => document.querySelector(`form[data-replaces="${entry.seq}"]`) !== null;

async function draw() {
  const entries = await outbox.all().catch(() => []);
  const all = entries.filter((entry) => !person || entry.person === person);
  const mine = all.filter((entry) => !isShown(entry));
  const waiting = mine.filter((entry) => !entry.problem);
  const others = entries.length - all.length;
  const lines = mine.filter((entry) => person && entry.problem).map(refused);
  mineWaiting = person ? all.length : 0;
  if (waiting.length > 0) {
    const taken = waiting.map((entry) => `${entry.label} ${time(entry.taken_at)}`).join(", ");
    lines.push(
      line(`${count(waiting.length)} on this tablet. Taken: ${taken}.`),
      problem === "signed out"
        ? line(link("Sign in to send", "/"))
        : line("They go out by themselves when there is a connection."),
    );
  }
  if (others > 0)
    lines.push(line(`${count(others)} on this tablet for another person: they must sign in.`));
  const notice = document.createElement("div");
  notice.className = "notice caution";
  notice.append(...lines);
  list.replaceChildren(said, ...(lines.length > 0 ? [notice] : []));
  list.hidden = lines.length === 0 && said.textContent === "";
}

async function keep(form, submitter) {
  const { submission_id: id, taken_at: taken } = form.elements;
  const now = new Date().toISOString();
  if (taken) taken.value ||= now;
  const entry = {
    id: id.value,
    url: form.action,
    page: location.pathname,
    body: [...new FormData(form, submitter)].filter(([name]) => name !== "csrf_token"),
    taken_at: taken?.value ?? now,
    person,
    label: form.dataset.outbox || "Entry",
  };
  if (form.dataset.replaces) entry.seq = Number(form.dataset.replaces);
  onScreen = await outbox.put(entry);
  form.reset();
  delete form.dataset.replaces;
  id.value = crypto.randomUUID();
  if (taken) taken.value = "";
  document.dispatchEvent(new CustomEvent("entry-kept", { detail: form }));
  await draw();
}

async function onSubmit(event) {
  const form = event.target;
  if (form.matches("[action$='/logout']")) return askFirst(event);
  if (!form.matches("[data-outbox]:not([data-plain])") || !person || !navigator.locks) return;
  event.preventDefault();
  if (form.dataset.kept || isSameTap(event)) return;
  lastTap = { action: form.action, at: event.timeStamp };
  form.dataset.kept = "yes"; // until something is typed, or the entry is settled
  say("");
  try {
    await keep(form, event.submitter);
  } catch {
    form.dataset.plain = "yes"; // the browser keeps nothing
    sendPlainly(form, event.submitter);
    return;
  }
  await flush();
}

/** A second tap, on the fresh form of a quick server: nothing was typed between the two. */
function isSameTap({ target, timeStamp }) {
  return target.action === lastTap.action && timeStamp - lastTap.at < SAME_TAP_MS;
}

function onInput({ target: { form } }) {
  lastTap.action = "";
  if (form) delete form.dataset.kept;
}

function askFirst(event) {
  const words = `${count(mineWaiting)} on this tablet. Sign out all the same? ` +
    "They are kept here and go out when you sign in again.";
  if (mineWaiting > 0 && !confirm(words)) event.preventDefault();
}

async function refill() {
  const seq = Number(/^#correct-(\d+)$/.exec(location.hash)?.[1]);
  const entry = (await outbox.all().catch(() => [])).find((each) => each.seq === seq);
  const form = [...document.forms].find((each) => entry && each.action === entry.url);
  if (!form || entry.person !== person) return;
  fill(form, entry.body);
  if (form.elements.taken_at) form.elements.taken_at.value = entry.taken_at;
  form.dataset.replaces = seq;
  lastTap.action = "";
  form.scrollIntoView();
}

list.id = "outbox";
list.className = "wrap";
list.setAttribute("aria-label", "Entries that wait");
said.setAttribute("role", "status");
document.querySelector("main").before(list);
document.addEventListener("submit", onSubmit);
document.addEventListener("input", onInput);
addEventListener("hashchange", () => refill().then(draw));
addEventListener("online", () => (document.body.matches(".offline") ? location.reload() : flush()));
document.addEventListener("visibilitychange", () => document.hidden || flush());
navigator.serviceWorker?.register("/worker.js").catch(() => {});
refill().then(flush);

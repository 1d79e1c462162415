// Entries are kept in this browser before they are sent, and until the server has stored them.
// One at a time, in their order; without names; never under another person's sign-in.

const TIMEOUT_MS = 10_000;
const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
const SAME_TAP_MS = 1_000;
const SIGNED_OUT = /^\/(login|lock|unlock)/;

const person = document.body.dataset.person ?? "";
const list = document.createElement("aside");
const said = document.createElement("p");
let retryMs = FIRST_RETRY_MS;
let retry = 0;
let onScreen = 0; // the entry whose answer this page waits for
let problem = "";

const database = new Promise((resolve, reject) => {
  const opening = indexedDB.open("outbox", 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});
database.catch(() => {}); // forms are sent plainly then

async function store(mode, work) {
  const opened = await database;
  return new Promise((resolve, reject) => {
    const writing = opened.transaction("entries", mode, { durability: "strict" });
    const asked = work(writing.objectStore("entries"));
    writing.oncomplete = () => resolve(asked.result);
    writing.onabort = () => reject(writing.error);
  });
}
const all = () => store("readonly", (entries) => entries.getAll());
const put = (entry) => store("readwrite", (entries) => entries.put(entry));
const remove = (seq) => store("readwrite", (entries) => entries.delete(seq));

// --- sending

async function pageOf(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function tokenOf(page) {
  return page.querySelector("input[name=csrf_token]")?.value ?? "";
}

function post(entry, token) {
  const body = new URLSearchParams([...entry.body, ["csrf_token", token]]);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(entry.url, { method: "POST", body, signal, cache: "no-store" });
}

async function send(entry) {
  let answer = await post(entry, tokenOf(document));
  if (answer.status === 400) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const again = await fetch(entry.page, { signal, cache: "no-store" });
    const page = await pageOf(again);
    if (page.body.dataset.person !== entry.person) return { kind: "signed out" };
    answer = await post(entry, tokenOf(page));
  }
  if (answer.status === 401) return { kind: "signed out" }; // the screen is locked
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  const page = await pageOf(answer);
  if (SIGNED_OUT.test(new URL(answer.url).pathname)) return { kind: "signed out" };
  const isStored = answer.ok && answer.redirected && page.body.dataset.person === entry.person;
  return { kind: isStored ? "stored" : "refused", page, url: answer.url };
}

function wordsOf(page) {
  const found = page.querySelector(".error-summary li") ?? page.querySelector("main p");
  return found?.textContent.trim() ?? "";
}

async function settle(entry, result) {
  const isMine = entry.seq === onScreen;
  if (result.kind === "stored") {
    await remove(entry.seq);
    say(result.page.querySelector(".messages .message")?.textContent ?? "Saved.");
    const isHere = isMine || entry.page === location.pathname;
    if (isMine || (isHere && !isInUse())) show(result.page, isMine ? result.url : location.href);
  } else {
    await put({ ...entry, problem: wordsOf(result.page) });
    if (isMine) show(result.page, location.href);
    const field = document.querySelector(`[name=submission_id][value="${entry.id}"]`);
    if (field !== null) field.form.dataset.replaces = entry.seq;
  }
  if (isMine) onScreen = 0;
}

async function sendAll() {
  for (const entry of await all()) {
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

function isInUse() {
  const main = document.querySelector("main");
  const typed = [...main.querySelectorAll("input:not([type=hidden]), textarea")].some((field) =>
    /radio|checkbox/.test(field.type)
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue,
  );
  return typed || /INPUT|TEXTAREA|SELECT/.test(document.activeElement?.tagName);
}

function show(page, url) {
  const main = document.querySelector("main");
  const fresh = page.querySelector("main");
  if (url === location.href && fresh.querySelector("form") === null && main.querySelector("form"))
    return; // the page of an error: what was typed stays in the list
  if (url !== location.href && new URL(url).pathname !== location.pathname)
    history.pushState(null, "", url);
  main.replaceChildren(...fresh.childNodes);
  document.title = page.title;
  const wrong = main.querySelector(".error-summary");
  if (wrong !== null) wrong.scrollIntoView();
  else main.focus({ preventScroll: true });
  document.dispatchEvent(new Event("page-shown"));
}

function say(words) {
  said.textContent = words.trim();
}

function line(words, ...more) {
  const made = document.createElement("p");
  made.append(words, ...more);
  return made;
}

function button(words, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet";
  made.textContent = words;
  made.addEventListener("click", action);
  return made;
}

const time = (iso) => new Date(iso).toTimeString().slice(0, 5);
const count = (many) => (many === 1 ? "1 entry waits" : `${many} entries wait`);

function refused(entry) {
  const open = document.createElement("a");
  open.href = `${entry.page}#correct-${entry.seq}`;
  open.textContent = "Open and correct";
  const discard = button("Discard", async () => {
    if (!confirm(`Discard the entry of ${time(entry.taken_at)}? It was not stored.`)) return;
    await remove(entry.seq);
    await draw();
  });
  return line(`${entry.label}, taken ${time(entry.taken_at)}, was not stored. ${entry.problem} `,
    open, " ", discard);
}

function why() {
  if (problem !== "signed out") return [line("They go out by themselves when there is a connection.")];
  const link = document.createElement("a");
  link.href = "/login";
  link.textContent = "Sign in to send";
  return [line(link)];
}

async function draw() {
  const entries = await all().catch(() => []);
  const isShown = (entry) =>
    document.querySelector(`form[data-replaces="${entry.seq}"]`) !== null;
  const mine = entries.filter((entry) => (!person || entry.person === person) && !isShown(entry));
  const waiting = mine.filter((entry) => !entry.problem);
  const others = entries.filter((entry) => person && entry.person !== person).length;
  const lines = mine.filter((entry) => person && entry.problem).map(refused);
  if (waiting.length > 0) {
    const taken = waiting.map((entry) => `${entry.label} ${time(entry.taken_at)}`).join(", ");
    lines.push(line(`${count(waiting.length)} on this tablet. Taken: ${taken}.`), ...why());
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
  const taken = form.elements.taken_at;
  if (taken && !taken.value) taken.value = new Date().toISOString();
  const body = [...new FormData(form, submitter)].filter(([name]) => name !== "csrf_token");
  const entry = {
    id: form.elements.submission_id.value,
    url: form.action,
    page: location.pathname,
    body,
    taken_at: taken?.value || new Date().toISOString(),
    person,
    label: form.dataset.outbox || "Entry",
  };
  if (form.dataset.replaces) entry.seq = Number(form.dataset.replaces);
  onScreen = await put(entry);
  form.reset();
  delete form.dataset.replaces;
  form.elements.submission_id.value = crypto.randomUUID();
  if (taken) taken.value = "";
  document.dispatchEvent(new CustomEvent("entry-kept", { detail: form }));
  await draw();
}

let lastTap = -SAME_TAP_MS;
let lastAction = "";
let isPlain = false;

async function onSubmit(event) {
  const form = event.target;
  if (form.matches("[action$='/logout']")) return onSignOut(event);
  if (!form.matches("[data-outbox]") || !person || isPlain) return;
  if (form.querySelector("[type=password]") !== null || !navigator.locks) return;
  event.preventDefault();
  if (form.action === lastAction && event.timeStamp - lastTap < SAME_TAP_MS) return;
  [lastTap, lastAction] = [event.timeStamp, form.action];
  say("");
  try {
    await keep(form, event.submitter);
  } catch {
    isPlain = true; // the browser keeps nothing: send it as any form
    form.requestSubmit(event.submitter);
    return;
  }
  await flush();
}

let waitingCount = 0;
function onSignOut(event) {
  const words = `${count(waitingCount)} on this tablet. Sign out all the same? ` +
    "They are kept here and go out when you sign in again.";
  if (waitingCount > 0 && !confirm(words)) event.preventDefault();
}
new MutationObserver(async () => {
  const entries = await all().catch(() => []);
  waitingCount = entries.filter((entry) => entry.person === person).length;
}).observe(list, { childList: true });

async function refill() {
  const seq = Number(/^#correct-(\d+)$/.exec(location.hash)?.[1]);
  const entry = (await all().catch(() => [])).find((each) => each.seq === seq);
  const form = [...document.forms].find((each) => entry && each.action === entry.url);
  if (!form || entry.person !== person) return;
  const given = new URLSearchParams(entry.body);
  for (const field of form.elements) {
    if (!given.has(field.name) || /^(submission_id|seen_version)$/.test(field.name)) continue;
    if (/radio|checkbox/.test(field.type))
      field.checked = given.getAll(field.name).includes(field.value);
    else field.value = given.get(field.name);
  }
  form.dataset.replaces = seq;
  form.closest("details")?.setAttribute("open", "");
  form.scrollIntoView();
}

list.id = "outbox";
list.className = "wrap";
list.setAttribute("aria-label", "Entries that wait");
said.setAttribute("role", "status");
document.querySelector("main").before(list);
document.addEventListener("submit", onSubmit);
addEventListener("hashchange", () => refill().then(draw));
addEventListener("popstate", () => location.hash || location.reload());
addEventListener("online", () => (document.body.matches(".offline") ? location.reload() : flush()));
document.addEventListener("visibilitychange", () => document.hidden || flush());
navigator.serviceWorker?.register("/worker.js").catch(() => {});
refill().then(flush);

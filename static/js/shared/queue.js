// Complete check-ins wait here until the server says that it has them: in their order, one at a time,
// never under another person's sign-in, and gone from the phone when they have arrived.

import { forget, forgetAll, setOwner } from "./answers.js";
import { button, openStore, time } from "./keeping.js";
import { ask, deliver, isSignedOut } from "./sending.js";

const FIRST_RETRY_MS = 5_000;
const LAST_RETRY_MS = 60_000;
const RECEIPT = "/me/check-ins/sent";
const LONGEST_MS = 14 * 24 * 3600 * 1000;

const sender = document.body.dataset.sender ?? "";
const words = JSON.parse(document.body.dataset.queueWords ?? "{}");
const queue = openStore("check-ins", { keyPath: "seq", autoIncrement: true });
const list = document.createElement("aside");
let retryMs = FIRST_RETRY_MS;
let retry = 0;
let onScreen = 0; // the entry whose receipt this page waits for, as long as it waits
let isLeaving = false;
let problem = "";
let sent = "";

const mine = async () => (await queue.all()).filter((entry) => entry.sender === sender);

/** What was answered at `at` on this phone's clock, on the server's. */
const onServer = (at, now) => new Date(at - Date.now() + Date.parse(now)).toISOString();

async function sendOne(entry) {
  const answer = await ask("/me/sending", { headers: { "X-Background-Refresh": "1" } });
  if (isSignedOut(answer) || answer.status === 403) return { kind: "signed out" };
  if (!answer.ok) throw new Error(String(answer.status));
  const here = await answer.json();
  if (here.sender !== entry.sender) return { kind: "signed out" };
  const body = [...entry.body, ["taken_at", onServer(entry.at, here.now)]];
  return deliver({ ...entry, body }, here.token, { shown: entry.seq === onScreen });
}

async function settle(entry, result) {
  if (result.kind === "stored") {
    await queue.remove(entry.seq);
    await forget(entry.key);
    sent = `${words.sent} ${time(Date.now())}.`;
    if (entry.seq === onScreen) leaveFor(result.to);
    return;
  }
  const said = result.page.querySelector(".error-summary li, main p:not(.messages *)");
  await queue.put({ ...entry, problem: said?.textContent.trim() || words.refused });
  if (entry.seq === onScreen) show(result.page);
}

function leaveFor(address) {
  isLeaving = true;
  location.replace(address);
}

function show(page) {
  const main = document.querySelector("main");
  main.replaceChildren(...page.querySelector("main").childNodes);
  document.title = page.title;
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
}

async function sendAll() {
  for (const entry of await mine()) {
    if (entry.problem) continue;
    const result = await sendOne(entry);
    if (result.kind === "signed out") return words.signed_out;
    await settle(entry, result);
  }
  return "";
}

/** Send what waits, as far as the connection and the sign-in go. */
export async function flush() {
  clearTimeout(retry);
  try {
    problem = await navigator.locks.request("check-ins", sendAll);
    retryMs = FIRST_RETRY_MS;
  } catch {
    problem = words.by_itself;
    retry = setTimeout(flush, retryMs);
    retryMs = Math.min(2 * retryMs, LAST_RETRY_MS);
  }
  await draw();
}

/** Keep a complete check-in, then send it. Throws when the browser keeps nothing. */
export async function enqueue(entry) {
  onScreen = await queue.put({ ...entry, sender });
  await draw();
  await flush();
  const left = (await mine()).find(({ seq }) => seq === onScreen);
  if (!left && !isLeaving) leaveFor(RECEIPT); // another tab has sent it
  return Boolean(left) && !left.problem;
}

/** Whether this one waits already; then its receipt is shown here when it has been sent. */
export async function isQueued(key) {
  const found = (await mine().catch(() => [])).find((entry) => entry.key === key);
  if (found) onScreen = found.seq;
  return Boolean(found);
}

function line(...parts) {
  const made = document.createElement("p");
  made.append(...parts);
  return made;
}

function lineOf(entry) {
  const drop = button(words.discard, async () => {
    if (!confirm(words.discard_really)) return;
    await queue.remove(entry.seq);
    await draw();
  });
  const state = entry.problem ? `${words.not_stored} ${entry.problem}` : `${words.waits} ${problem}`;
  return line(`${entry.label}, ${time(entry.at)}. ${state} `, drop);
}

async function draw() {
  const waiting = await mine().catch(() => []);
  list.className = "wrap notice caution";
  list.replaceChildren(...waiting.map(lineOf), ...(sent ? [line(sent)] : []));
  list.hidden = list.childElementCount === 0;
}

async function dropOld() {
  for (const entry of await queue.all())
    if (Date.now() - entry.at > LONGEST_MS) await queue.remove(entry.seq);
}

async function signOut(event) {
  if (!event.target.matches("[action$='/logout']")) return;
  event.preventDefault();
  const isWaiting = (await mine().catch(() => [])).length > 0;
  if (isWaiting && !confirm(words.sign_out_really)) return;
  await forgetAll();
  await setOwner("");
  await tellWorker({ forget: true });
  event.target.submit();
}

/** Ask the worker to keep a page or to forget it; resolves when it is done. */
export async function tellWorker(message) {
  const worker = (await navigator.serviceWorker?.getRegistration())?.active;
  if (!worker) return;
  const { port1, port2 } = new MessageChannel();
  const done = new Promise((resolve, reject) => {
    port1.onmessage = ({ data }) => (data === "done" ? resolve() : reject(new Error(data)));
  });
  worker.postMessage(message, [port2]);
  await done;
}

/** Show what waits and send it when there is a chance. */
export function start() {
  if (!sender || !navigator.locks) return;
  list.id = "waiting";
  list.hidden = true;
  list.setAttribute("role", "status");
  document.querySelector("main").before(list);
  document.addEventListener("submit", signOut);
  addEventListener("online", flush);
  document.addEventListener("visibilitychange", () => document.hidden || flush());
  dropOld().then(flush).catch(() => {});
}

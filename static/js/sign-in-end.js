// Says before a sign-in ends, takes what is on the screen away when it has ended, and keeps what was typed
// in this tab (sessionStorage) until its person has signed in again. Never passwords or codes.

import { button, fill, isTyped, touchedIn, typedIn } from "./shared/keeping.js";

const WARN_MS = 3 * 60_000;
const LONGEST_MS = 12 * 3600_000;
const KEPT = "typed";
const signIn = JSON.parse(document.body.dataset.signIn ?? "null");
const here = location.pathname + location.search;
const dialog = document.createElement("dialog");
let endsAt = Infinity;
let isLast = false; // it ends then whatever anybody does
let isKnown = false; // nothing can be done about it, and that was said
let isBusy = false;

// --- what is typed

const forms = () =>
  [...document.querySelectorAll("main form[method=post]:not([data-outbox], [data-draft], .private)")];
const pathOf = (form) => new URL(form.action).pathname;
const versionOf = (form) => form.elements.seen_version?.value ?? "";
const isOpen = ([name, value]) => typeof value === "string" && !/(code|pin)$/.test(name);
const forget = () => sessionStorage.removeItem(KEPT);

/** What was changed; of ticks all, because a tick that is not named is taken off. */
function pairsOf(form) {
  const touched = new Set(touchedIn(form).map(([name]) => name));
  const isTick = (name) => /radio|checkbox/.test(form.querySelector(`[name="${name}"]`).type);
  return typedIn(form).filter(isOpen).filter(([name]) => touched.has(name) || isTick(name));
}

function keep(waits) {
  const typed = forms().filter(isTyped).map((form) => ({
    path: pathOf(form),
    version: versionOf(form),
    pairs: pairsOf(form),
  }));
  if (signIn && (waits || typed.length > 0))
    sessionStorage.setItem(KEPT, JSON.stringify({ of: signIn.of, page: here, typed, waits, at: Date.now() }));
}

function putBack({ path, version, pairs }) {
  const form = forms().find((each) => pathOf(each) === path);
  if (!form) return;
  const said = document.createElement("p");
  said.className = "message caution";
  said.setAttribute("role", "status");
  if (versionOf(form) === version) {
    fill(form, pairs);
    said.textContent = signIn.words.back;
  } else {
    said.append(signIn.words.changed, " ", button(signIn.words.use, () => (said.remove(), fill(form, pairs))));
  }
  form.prepend(said);
}

/** On a page without a sign-in it goes on waiting; with its person signed in, it goes where it was. */
function goBack(kept) {
  forget();
  if (!signIn) return sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, waits: true }));
  if (!kept.waits || kept.of !== signIn.of || Date.now() - kept.at > LONGEST_MS) return undefined;
  if (kept.page === here) return kept.typed.forEach(putBack);
  if (kept.isTried) return undefined;
  sessionStorage.setItem(KEPT, JSON.stringify({ ...kept, isTried: true }));
  return location.replace(kept.page);
}

// --- how long it lasts

function take({ left_s: leftS, is_last: last }) {
  endsAt = Date.now() + leftS * 1_000;
  isLast = last;
}

/** Whether the sign-in goes on. Asked in the background, the question itself does not prolong it. */
async function ask(headers) {
  try {
    const options = { headers, redirect: "error", signal: AbortSignal.timeout(10_000) };
    take(await (await fetch(signIn.href, options)).json());
    return true;
  } catch {
    return false;
  }
}

const inBackground = { "X-Background-Refresh": "1" };

async function end() {
  keep(true);
  document.body.hidden = true;
  if (await ask(inBackground)) document.body.hidden = false; // used in another tab
  else location.replace("/login");
}

async function warn() {
  await ask(inBackground);
  if (endsAt - Date.now() > WARN_MS) return;
  const said = document.createElement("p");
  said.id = "sign-in-end";
  said.textContent = isLast ? signIn.words.last : signIn.words.idle;
  dialog.replaceChildren(said, button(signIn.words.go_on, () => dialog.close()));
  dialog.showModal();
}

/** One press, whichever key or button: it is used, so it goes on. */
async function goOn() {
  isKnown = isLast;
  if (!(await ask({})) && endsAt <= Date.now()) await end();
}

async function look() {
  const left = endsAt - Date.now();
  if (isBusy || left > WARN_MS) return;
  isBusy = true;
  if (left <= 0) await end();
  else if (!dialog.open && !isKnown) await warn();
  isBusy = false;
}

const stored = sessionStorage.getItem(KEPT);
if (stored) goBack(JSON.parse(stored));
if (signIn) {
  take(signIn);
  dialog.setAttribute("role", "alertdialog");
  dialog.setAttribute("aria-labelledby", "sign-in-end");
  dialog.addEventListener("close", goOn);
  document.body.append(dialog);
  document.addEventListener("submit", ({ target }) => {
    if (/\/(logout|switch-person)$/.test(target.action)) forget();
    else keep(/\/lock$/.test(target.action));
  }, true);
  document.addEventListener("click", ({ target }) => target.closest("[data-leave]") && forget(), true);
  document.addEventListener("visibilitychange", look);
  addEventListener("pageshow", look);
  setInterval(look, 5_000);
}

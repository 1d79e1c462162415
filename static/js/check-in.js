// A check-in on a phone: its pages one after another in one document, kept step by step, and sent now
// or when there is a connection again. Without this script each page is sent by itself.

import { forgetAll, keep, kept, ownerOf, setOwner } from "./shared/answers.js";
import { button, fill, sendPlainly, touchedIn, typedIn } from "./shared/keeping.js";
import { enqueue, isQueued, start, tellWorker } from "./shared/queue.js";
import { ask, tokenOf } from "./shared/sending.js";

const form = document.querySelector("form[data-check-in]");
const sender = document.body.dataset.sender;
const { due, words, worries } = read("due", "words", "worries");
const heading = document.querySelector("h1");
const template = document.getElementById("steps");
// Led by the server: where answers decide what comes next, and where it asks again for one.
const isPlain = !form.dataset.whole || document.querySelector(".error-summary") !== null;
const unsaved = new Set(); // steps that the server has not got yet
let isOwn = false;
let key = "";

function read(...names) {
  return Object.fromEntries(names.map((name) => [name, JSON.parse(form.dataset[name] || "null")]));
}

// --- which check-in it is

/** The one that is open now; a form that was kept on the phone finds its own. */
function chooseDue() {
  const now = new Date().toISOString();
  const field = form.elements.due_key;
  const open = due.find(([, opens, closes]) => opens <= now && now < closes);
  if (!field.value && open) field.value = open[0];
  return field.value;
}

// --- steps

const steps = () => [...form.querySelectorAll("[data-step]")];
const shown = () => steps().find((step) => !step.hidden);
const groups = (step) => [...step.querySelectorAll(".field")];
const isAnswered = (group) =>
  [...group.querySelectorAll("input")].some((each) => (/radio|box/.test(each.type) ? each.checked : each.value));

function makeWhole() {
  if (template === null) return;
  const old = form.querySelector("[data-step]");
  old.replaceWith(template.content);
  for (const step of steps()) step.hidden = true;
  const check = document.createElement("div");
  Object.assign(check.dataset, { step: "check", title: words.check, words: words.check_lead });
  check.hidden = true;
  form.querySelector(".buttons").before(check);
}

function show(step, { push = true } = {}) {
  for (const each of steps()) each.hidden = each !== step;
  if (step.dataset.title) heading.textContent = step.dataset.title;
  const said = document.querySelector("[data-step-words]");
  if (said && step.dataset.words) said.textContent = step.dataset.words;
  const isCheck = step.dataset.step === "check";
  if (isCheck) step.replaceChildren(summary());
  const isLast = isCheck || steps().length === 1;
  if (isLast) form.querySelector(".buttons button").textContent = words.send;
  else form.querySelector(".buttons button").textContent = continueLabel;
  if (push) history.pushState({ step: step.dataset.step }, "");
  document.title = `${heading.textContent} – ${document.title.split(" – ").pop()}`;
  document.querySelector("main").focus({ preventScroll: true });
  scrollTo(0, 0);
}

const continueLabel = form.querySelector(".buttons button").textContent;

function summary() {
  const made = document.createElement("dl");
  made.className = "summary";
  for (const step of steps())
    for (const group of groups(step)) made.append(rowOf(step, group));
  return made;
}

function rowOf(step, group) {
  const [row, what, chosen, change] = ["div", "dt", "dd", "dd"].map((tag) => document.createElement(tag));
  const given = [...group.querySelectorAll("input")].filter(({ type, checked }) => checked || type === "text");
  const labels = given.map((input) => (input.checked ? labelOf(input) : input.value));
  what.textContent = group.querySelector("legend, label").textContent.trim();
  chosen.textContent = labels.join(", ");
  change.className = "change";
  const goBack = button(words.change, () => {
    show(step);
    group.querySelector("input").focus();
  });
  goBack.setAttribute("aria-label", `${words.change}: ${what.textContent}`);
  change.append(goBack);
  row.append(what, chosen, change);
  return row;
}

function labelOf(input) {
  const label = input.labels[0];
  return (label.querySelector(".unseen:last-child") ?? label).textContent.trim();
}

/** Says which questions are untouched, as the server would. */
function askAgain(step) {
  const open = groups(step).filter((group) => !isAnswered(group));
  for (const group of groups(step)) {
    group.querySelector(".field-error")?.remove();
    group.classList.toggle("has-error", open.includes(group));
  }
  for (const group of open) {
    const said = document.createElement("p");
    said.className = "field-error";
    said.id = `${group.querySelector("input").id}-again`;
    said.textContent = words.again;
    group.querySelector("legend, label").after(said);
    group.setAttribute("aria-describedby", said.id);
  }
  open[0]?.querySelector("input").focus();
  return open.length > 0;
}

/** Help comes before anything else when an answer calls for it, with a connection or without. */
function offerHelp() {
  const calls = typedIn(form).some(([name, value]) => worries[name]?.includes(value));
  if (calls && document.querySelector("main .help-card") === null)
    heading.after(document.getElementById("help").content.cloneNode(true));
}

// --- keeping

async function keepHere() {
  await keep(key, { typed: typedIn(form) }, isOwn);
}

/** What was kept comes back; what was tapped before this script was ready is newer than that. */
async function restore(tapped) {
  const found = await kept(key);
  const saved = Date.parse(form.dataset.saved || 0);
  const isNewer = found?.at > saved;
  const typed = found?.typed.filter(([name]) => isNewer || !hasAnswer(name)) ?? [];
  fill(form, over(touchedIn(form), over(tapped, over(typed, typedIn(form)))));
  if (found) for (const step of steps()) unsaved.add(step.dataset.step);
}

/** All that is in `newer`, and from `older` what has no answer there. */
const over = (newer, older) => {
  const names = new Set(newer.map(([name]) => name));
  return [...newer, ...older.filter(([name]) => !names.has(name))];
};

const hasAnswer = (name) => typedIn(form).some(([each, value]) => each === name && value);

/** The answers of each step go to the server as well, so that another device can go on with them. */
async function keepThere() {
  for (const number of [...unsaved]) {
    const step = steps().find((each) => each.dataset.step === number);
    const body = new URLSearchParams(hidden());
    const names = new Set([...step.querySelectorAll("input")].map(({ name }) => name));
    for (const [name, value] of typedIn(form)) if (names.has(name)) body.append(name, value);
    if (!groups(step).length || !groups(step).every(isAnswered)) continue;
    const address = new URL(form.action);
    address.searchParams.set("page", number);
    const answer = await ask(address, { method: "POST", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") unsaved.delete(number);
  }
}

function hidden() {
  const fields = [...form.querySelectorAll("input[type=hidden]")];
  const token = tokenOf(document) || form.elements.csrf_token.value;
  return fields.map(({ name, value }) => [name, name === "csrf_token" ? token : value]);
}

// --- sending

async function send() {
  const left = ["csrf_token", "submission_id", "taken_at"];
  const typed = [...new FormData(form)].filter(([name]) => !left.includes(name));
  const id = crypto.randomUUID();
  const label = form.dataset.name;
  const body = [...typed, ["submission_id", id]];
  const waits = await enqueue({ key, id, url: form.dataset.whole, body, at: Date.now(), label });
  if (waits) showWaiting();
}

/** The help card, if there is one, and what waits: nothing of the answers stays on the screen. */
function showWaiting() {
  const card = document.querySelector("main .help-card");
  const main = document.querySelector("main .wrap");
  heading.textContent = words.waiting;
  main.replaceChildren(heading, ...(card ? [card] : []));
  const note = document.createElement("p");
  note.textContent = words.waiting_lead;
  main.append(note);
  document.querySelector("main").focus();
}

async function onSubmit(event) {
  event.preventDefault();
  if (form.dataset.busy) return;
  const step = shown();
  if (step.dataset.step !== "check" && askAgain(step)) return;
  offerHelp();
  const following = steps()[steps().indexOf(step) + 1];
  form.dataset.busy = "yes";
  try {
    await keepHere();
    if (following) show(following);
    else await send();
    if (following) delete form.dataset.busy; // what is sent stays busy: a second tap does nothing
  } catch {
    form.removeEventListener("submit", onSubmit);
    form.action = form.dataset.whole;
    sendPlainly(form); // the browser keeps nothing
  }
  if (following) unsaved.add(step.dataset.step);
  if (following) keepThere().catch(() => {});
}

// --- the patient's own phone

async function offerOwnPhone() {
  const part = document.querySelector("[data-own-phone]");
  const box = part.querySelector("input");
  part.hidden = false;
  box.checked = isOwn;
  box.addEventListener("change", async () => {
    isOwn = box.checked;
    await setOwner(isOwn ? sender : "");
    await forgetAll();
    await keepHere();
    part.querySelector("[role=status]").textContent = "";
    await (isOwn ? keepPage() : tellWorker({ forget: true }));
  });
  if (isOwn) await keepPage();
}

async function keepPage() {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/worker.js");
  await navigator.serviceWorker.ready;
  const links = "link[rel=stylesheet], link[rel=icon], link[rel=modulepreload]";
  const parts = [...document.querySelectorAll(links)].map(({ href }) => href);
  const scripts = [...document.scripts].map(({ src }) => src).filter(Boolean);
  const page = { at: new URL(form.action).pathname, from: form.dataset.blank };
  await tellWorker({ page, parts: [...parts, ...scripts] });
  const note = document.querySelector("[data-own-phone] [role=status]");
  note.textContent = words.opens_offline;
}

async function open() {
  const owner = await ownerOf();
  isOwn = owner !== "" && owner === sender;
  if (owner && !isOwn) {
    // somebody else's phone once: nothing of theirs is shown or kept on
    await forgetAll();
    await setOwner("");
    await tellWorker({ forget: true });
  }
  key = `${sender} ${chooseDue()}`;
  if (isPlain) return;
  if (await isQueued(key)) return showWaiting();
  if (!form.elements.due_key.value) {
    form.replaceWith(words.nothing);
    return;
  }
  const tapped = touchedIn(form);
  makeWhole();
  await restore(tapped);
  const first = steps().find((step) => !groups(step).every(isAnswered)) ?? steps().at(-1);
  if (steps().length > 1) show(first, { push: false });
  form.addEventListener("change", () => keepHere().catch(() => {}));
  form.addEventListener("submit", onSubmit);
  addEventListener("popstate", ({ state }) => {
    const step = steps().find((each) => each.dataset.step === state?.step) ?? first;
    if (form.isConnected) show(step, { push: false });
  });
  addEventListener("online", () => keepThere().catch(() => {}));
  form.dataset.ready = "yes";
  if (tapped.length) await keepHere().catch(() => {});
  await offerOwnPhone();
}

start();
open().catch(() => {});

// What was half typed comes back after a reload or a crash, to the person who typed it, for a day.

import { button, fill, isTyped, openStore, time, typedIn } from "./shared/keeping.js";

const LONGEST_MS = 24 * 3600 * 1000;
const PAUSE_MS = 250;
const person = document.body.dataset.person ?? "";
const drafts = openStore("drafts", { keyPath: "key" });
let pause = 0;
let typing = null; // the form whose last change is not kept yet

const keyOf = (form) => `${person} ${location.pathname} ${new URL(form.action).pathname}`;
const versionOf = (form) => form.elements.seen_version?.value ?? "";

function keep() {
  const form = typing;
  stop();
  if (form === null) return;
  const key = keyOf(form);
  const draft = { key, person, typed: typedIn(form), version: versionOf(form), at: Date.now() };
  (isTyped(form) ? drafts.put(draft) : drafts.remove(key)).catch(() => {});
}

function stop() {
  clearTimeout(pause);
  typing = null;
}

function forget(form) {
  stop();
  drafts.remove(keyOf(form)).catch(() => {});
}

function note(form, words, ...choices) {
  const said = document.createElement("p");
  said.className = "message caution";
  said.setAttribute("role", "status");
  said.append(words);
  for (const [label, action] of choices)
    said.append(" ", button(label, () => (said.remove(), action())));
  form.prepend(said);
}

function offer(form, draft) {
  const discard = ["Discard", () => (form.reset(), forget(form))];
  if (draft.version === versionOf(form) && !isTyped(form)) {
    fill(form, draft.typed);
    note(form, `Restored what was typed at ${time(draft.at)}.`, discard);
  } else {
    const use = ["Use it", () => fill(form, draft.typed)];
    note(form, `Something was typed at ${time(draft.at)} and not saved.`, use, discard);
  }
}

async function restore() {
  const forms = [...document.querySelectorAll("form[data-outbox], form[data-draft]")];
  for (const draft of await drafts.all()) {
    if (Date.now() - draft.at > LONGEST_MS) await drafts.remove(draft.key);
    else forms.filter((form) => keyOf(form) === draft.key).forEach((form) => offer(form, draft));
  }
}

if (person) {
  document.addEventListener("input", ({ target: { form } }) => {
    if (!form?.matches("[data-outbox], [data-draft]")) return;
    if (typing !== form) keep();
    clearTimeout(pause);
    typing = form;
    pause = setTimeout(keep, PAUSE_MS);
  });
  addEventListener("pagehide", keep);
  document.addEventListener("entry-kept", ({ detail: form }) => {
    form.querySelector("[role=status]")?.remove();
    forget(form);
  });
  document.addEventListener("submit", ({ target: form }) => {
    // A form that is sent plainly shows what came of it itself.
    if (form.matches("[data-draft]:not([data-outbox])")) forget(form);
  });
  if (!location.hash.startsWith("#correct-")) restore().catch(() => {});
}

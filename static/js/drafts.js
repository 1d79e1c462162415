// What was half typed comes back after a reload or a crash, to the person who typed it, for a day.

const LONGEST_MS = 24 * 3600 * 1000;
const PAUSE_MS = 250;
const person = document.body.dataset.person ?? "";
let waiting = 0;

const database = new Promise((resolve, reject) => {
  const opening = indexedDB.open("drafts", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("drafts", { keyPath: "key" });
  opening.onsuccess = () => resolve(opening.result);
  opening.onerror = () => reject(opening.error);
});

async function store(mode, work) {
  const opened = await database;
  return new Promise((resolve, reject) => {
    const writing = opened.transaction("drafts", mode);
    const asked = work(writing.objectStore("drafts"));
    writing.oncomplete = () => resolve(asked.result);
    writing.onabort = () => reject(writing.error);
  });
}

const forms = () => document.querySelectorAll("form[data-outbox], form[data-draft]");
const keyOf = (form) => `${person} ${location.pathname} ${new URL(form.action).pathname}`;
const versionOf = (form) => form.elements.seen_version?.value ?? "";
const time = (at) => new Date(at).toTimeString().slice(0, 5);

function fieldsOf(form) {
  return [...form.elements].filter(
    (field) => field.name && !/^(hidden|password|submit|button|fieldset)$/.test(field.type),
  );
}

function isTouched(field) {
  if (/radio|checkbox/.test(field.type)) return field.checked !== field.defaultChecked;
  if (field.tagName === "SELECT")
    return [...field.options].some((option, place) =>
      option.selected !== (option.defaultSelected || (place === 0 && !field.querySelector("[selected]"))));
  return field.value !== field.defaultValue;
}

const valueOf = (field) => (/radio|checkbox/.test(field.type) ? field.checked : field.value);
const isEmpty = (form) => !fieldsOf(form).some(isTouched);

async function remember(form) {
  const key = keyOf(form);
  const values = fieldsOf(form).map((field) => [field.name, field.id, valueOf(field)]);
  const draft = { key, person, values, version: versionOf(form), at: Date.now() };
  await store("readwrite", (drafts) => (isEmpty(form) ? drafts.delete(key) : drafts.put(draft)));
}

const forget = (key) => store("readwrite", (drafts) => drafts.delete(key));

function fill(form, draft) {
  for (const field of fieldsOf(form)) {
    const kept = draft.values.find(([name, id]) => name === field.name && id === field.id);
    if (kept === undefined) continue;
    if (/radio|checkbox/.test(field.type)) field.checked = kept[2];
    else field.value = kept[2];
    if (isTouched(field)) field.closest("details")?.setAttribute("open", "");
  }
}

function note(form, words, ...choices) {
  const said = document.createElement("p");
  said.className = "message caution";
  said.setAttribute("role", "status");
  said.append(words);
  for (const [label, action] of choices) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = label;
    button.addEventListener("click", () => (said.remove(), action()));
    said.append(" ", button);
  }
  form.prepend(said);
}

function offer(form, draft) {
  const discard = ["Discard", () => (form.reset(), forget(draft.key))];
  if (draft.version === versionOf(form) && isEmpty(form)) {
    fill(form, draft);
    note(form, `Restored what was typed at ${time(draft.at)}.`, discard);
  } else {
    const use = ["Use it", () => fill(form, draft)];
    note(form, `Something was typed at ${time(draft.at)} and not saved.`, use, discard);
  }
}

async function restore() {
  const drafts = await store("readonly", (kept) => kept.getAll());
  for (const draft of drafts) {
    if (Date.now() - draft.at > LONGEST_MS) await forget(draft.key);
    else for (const form of forms()) if (keyOf(form) === draft.key) offer(form, draft);
  }
}

function rememberNow(form) {
  clearTimeout(waiting);
  waiting = 0;
  remember(form).catch(() => {});
}

if (person) {
  let last = null;
  document.addEventListener("input", (event) => {
    last = event.target.form;
    if (!last?.matches("[data-outbox], [data-draft]")) return;
    clearTimeout(waiting);
    waiting = setTimeout(rememberNow, PAUSE_MS, last);
  });
  addEventListener("pagehide", () => waiting && rememberNow(last));
  document.addEventListener("entry-kept", ({ detail: form }) => {
    clearTimeout(waiting);
    waiting = 0;
    form.querySelector("[role=status]")?.remove();
    forget(keyOf(form)).catch(() => {});
  });
  document.addEventListener("submit", (event) => {
    // A form that is sent plainly shows what came of it itself.
    if (event.target.matches("[data-draft]:not([data-outbox])")) {
      clearTimeout(waiting);
      waiting = 0;
      forget(keyOf(event.target)).catch(() => {});
    }
  });
  if (!/^#correct-/.test(location.hash)) restore().catch(() => {});
}

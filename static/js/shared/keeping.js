// What the scripts share that keep something in this browser: a store, and the fields of a form.

const PATIENCE_MS = 3_000;

/** Some browsers never answer when their storage is stuck: that must not hold up a form. */
function inTime(answer) {
  const late = (reject) => reject(new Error("The storage of this browser does not answer."));
  return Promise.race([answer, new Promise((_, reject) => setTimeout(late, PATIENCE_MS, reject))]);
}

export function openStore(name, options) {
  const database = inTime(new Promise((resolve, reject) => {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("entries", options);
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  }));
  database.catch(() => {}); // forms are sent plainly then

  const ask = (mode, work) =>
    database.then((opened) => inTime(new Promise((resolve, reject) => {
      const asking = opened.transaction("entries", mode, { durability: "strict" });
      const asked = work(asking.objectStore("entries"));
      asking.oncomplete = () => resolve(asked.result);
      asking.onabort = () => reject(asking.error);
    })));
  return {
    all: () => ask("readonly", (entries) => entries.getAll()),
    put: (entry) => ask("readwrite", (entries) => entries.put(entry)),
    remove: (key) => ask("readwrite", (entries) => entries.delete(key)),
  };
}

/** On the page's clock; on the device's where the browser does not know that zone. */
export function time(at) {
  const on = (timeZone) => new Date(at).toLocaleTimeString("en-GB", { timeStyle: "short", timeZone });
  try {
    return on(document.body.dataset.zone);
  } catch {
    return on();
  }
}

const hasTick = (field) => /radio|checkbox/.test(field.type);

const fieldsOf = (form) =>
  [...form.elements].filter(
    (field) => field.name && !/^(hidden|password|submit|button|fieldset)$/.test(field.type),
  );

function isTouched(field) {
  if (hasTick(field)) return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const first = field.querySelector("[selected]") ?? field.options[0];
  return field.selectedOptions[0] !== first;
}

export const isTyped = (form) => fieldsOf(form).some(isTouched);

export function typedIn(form) {
  const names = new Set(fieldsOf(form).map((field) => field.name));
  return [...new FormData(form)].filter(([name]) => names.has(name));
}

/** The fields that say something else than when the page came. */
export function touchedIn(form) {
  const names = new Set(fieldsOf(form).filter(isTouched).map(({ name }) => name));
  return typedIn(form).filter(([name]) => names.has(name));
}

export function fill(form, pairs) {
  const given = new URLSearchParams(pairs);
  for (const field of fieldsOf(form)) {
    if (hasTick(field)) field.checked = given.getAll(field.name).includes(field.value);
    else if (given.has(field.name)) field.value = given.get(field.name);
    if (isTouched(field)) field.closest("details")?.setAttribute("open", "");
  }
  delete form.dataset.kept;
}

/** Send it as any form. Later than the event that tried to: within that a browser ignores it. */
export function sendPlainly(form, submitter) {
  setTimeout(() => form.requestSubmit(submitter));
}

export function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}

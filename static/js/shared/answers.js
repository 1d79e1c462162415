// Answers of a check-in that is not sent yet. They stay in this tab (sessionStorage) and go with it;
// on a phone of which its patient said that it is theirs they stay until they are sent, for some days.

import { openStore } from "./keeping.js";

const LONGEST_MS = 4 * 24 * 3600 * 1000;
const PREFIX = "answers ";
const answers = openStore("answers", { keyPath: "key" });
const device = openStore("device", { keyPath: "key" });

/** Whose own phone this is: the key of a person, or "". */
export async function ownerOf() {
  return (await device.all().catch(() => []))[0]?.person ?? "";
}

export async function setOwner(person) {
  await (person ? device.put({ key: "own", person }) : device.remove("own"));
}

export async function keep(key, value, isOwn) {
  const kept = { key, ...value, at: Date.now() };
  if (isOwn) await answers.put(kept);
  else sessionStorage.setItem(PREFIX + key, JSON.stringify(kept));
}

export async function kept(key) {
  for (const old of await answers.all().catch(() => []))
    if (Date.now() - old.at > LONGEST_MS) await answers.remove(old.key);
    else if (old.key === key) return old;
  return JSON.parse(sessionStorage.getItem(PREFIX + key));
}

export async function forget(key) {
  sessionStorage.removeItem(PREFIX + key);
  await answers.remove(key).catch(() => {});
}

export function forgetTab() {
  for (const key of Object.keys(sessionStorage))
    if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

export async function forgetAll() {
  forgetTab();
  for (const { key } of await answers.all().catch(() => [])) await answers.remove(key);
}

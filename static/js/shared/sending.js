// How a form that waited in this browser is sent: under whose sign-in, and what became of it.

const TIMEOUT_MS = 10_000;
const SIGNED_OUT = /^\/(login|lock|unlock)/;

export async function pageOf(answer) {
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

export const tokenOf = (page) => page.querySelector("input[name=csrf_token]")?.value ?? "";

export function ask(url, options) {
  return fetch(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" });
}

export const isSignedOut = (answer) =>
  answer.status === 401 || SIGNED_OUT.test(new URL(answer.url).pathname);

function post({ url, body }, token, shown) {
  const headers = { "X-Outbox": shown ? "shown" : "behind" };
  const filled = new URLSearchParams([...body, ["csrf_token", token]]);
  return ask(url, { method: "POST", body: filled, headers });
}

/** Sends an entry once, or twice with a token that `renew` finds: null where that is not allowed. */
export async function deliver(entry, token, { shown, renew = async () => null }) {
  let answer = await post(entry, token, shown);
  if (answer.status === 400) {
    const fresh = await renew();
    if (fresh === null) return { kind: "signed out" };
    answer = await post(entry, fresh, shown);
  }
  if (answer.headers.get("X-Stored") === entry.id) {
    await answer.text(); // to its end, so that the connection is free for the next
    return { kind: "stored", to: new URL(answer.headers.get("Location"), location.href) };
  }
  if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
  if (isSignedOut(answer)) return { kind: "signed out" };
  return { kind: "refused", page: await pageOf(answer), isError: !answer.ok };
}

// Shows a page of its own when there is no connection. Keeps that page and its parts; and, on a phone of
// which its patient said that it is theirs, the blank form that they opened. Nothing else.
// KEEP and CACHE are written above this line by the server.

const OWN = "own-phone";
const offline = KEEP[0];

async function put(cache, address, from = address, credentials = "omit") {
  const headers = { "X-Background-Refresh": "1" };
  const answer = await fetch(from, { credentials, headers, cache: "reload", redirect: "error" });
  if (!answer.ok) throw new Error(from);
  await cache.put(address, answer);
}

async function fill() {
  const cache = await caches.open(CACHE);
  for (const address of KEEP) await put(cache, address);
}

async function clear() {
  for (const name of await caches.keys())
    if (name !== CACHE && name !== OWN) await caches.delete(name);
  await clients.claim();
}

async function obey({ page, parts = [], forget }) {
  if (forget) return caches.delete(OWN);
  const cache = await caches.open(OWN);
  for (const part of parts) await put(cache, part);
  await put(cache, page.at, page.from, "same-origin");
}

/** The kept form of this address; of a private link, the one form that is kept. */
async function kept(pathname) {
  if (!(await caches.has(OWN))) return undefined;
  const cache = await caches.open(OWN);
  const forms = (await cache.keys()).filter(({ url }) => new URL(url).pathname.startsWith("/me/"));
  if (pathname.startsWith("/open/") && forms.length === 1) return cache.match(forms[0]);
  return cache.match(pathname);
}

/** What the network has comes straight from it: a worker slow to start, or stuck, holds no page up. */
const source = "race-network-and-fetch-handler";
const RACES = [
  { condition: { requestMode: "navigate", requestMethod: "get" }, source },
  { condition: { urlPattern: "/static/*" }, source },
];

addEventListener("install", (event) => {
  event.waitUntil(Promise.allSettled([event.addRoutes?.(RACES)]).then(fill).then(() => skipWaiting()));
});
addEventListener("activate", (event) => event.waitUntil(clear()));
addEventListener("message", (event) => {
  const say = (words) => event.ports[0].postMessage(words);
  event.waitUntil(obey(event.data).then(() => say("done"), () => say("failed")));
});
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.mode === "navigate" && request.method === "GET") {
    const instead = async () => (await kept(pathname)) ?? caches.match(offline);
    event.respondWith(fetch(request).catch(instead));
  } else if (origin === location.origin && pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

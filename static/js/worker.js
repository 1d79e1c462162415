// Shows one page of its own when there is no connection. Keeps that page and its parts, nothing else.
// KEEP and CACHE are written above this line by the server.

const offline = KEEP[0];

async function fill() {
  const cache = await caches.open(CACHE);
  for (const address of KEEP) {
    const answer = await fetch(address, { credentials: "omit", cache: "reload" });
    if (!answer.ok) throw new Error(address);
    await cache.put(address, answer);
  }
}

async function clear() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await clients.claim();
}

addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clear()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, search } = new URL(request.url);
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(offline)));
  } else if (KEEP.includes(pathname + search)) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});

// The service worker. It keeps the static files of this version and the page
// that is shown without a network, which are the same for everybody. It never
// keeps an answer of the server about a person. The server puts the lists
// `version` and `shell` before this file.
/* global version, shell */
const cache = `ba-shell-${version}`;

self.addEventListener('install', (event) => {
  event.waitUntil((async () => {
    await (await caches.open(cache)).addAll(shell);
    await self.skipWaiting();
  })());
});

self.addEventListener('activate', (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith('ba-shell-') && name !== cache) await caches.delete(name);
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  })());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.mode === 'navigate') event.respondWith(visit(event));
  else if (request.method === 'GET' && shell.includes(new URL(request.url).pathname)) event.respondWith(keptOr(request));
});

// visit asks the server for every page. Only where it cannot be reached, the
// page without a network comes instead.
async function visit(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match('/offline')) ?? Response.error();
  }
}

async function keptOr(request) { return (await caches.match(request.url)) ?? fetch(request); }

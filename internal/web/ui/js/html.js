// The one place where HTML of our own server, which has sanitised or escaped
// it, becomes elements.
const policy = globalThis.trustedTypes
  ? globalThis.trustedTypes.createPolicy('ba-html', { createHTML: (html) => html, createScriptURL: own })
  : { createHTML: (html) => html, createScriptURL: own };

function own(path) {
  if (path !== '/sw.js') throw new TypeError('Only the service worker is a script that scripts may load.');
  return path;
}

export function scriptURL(path) { return policy.createScriptURL(path); }

export function setHTML(element, html) {
  element.innerHTML = policy.createHTML(html);
}

// htmlOf returns what is in an element as HTML.
export function htmlOf(element) { return element.innerHTML; }

export function fragment(html) {
  const template = document.createElement('template');
  template.innerHTML = policy.createHTML(html);
  return template.content;
}

// fetchPart returns a part of a page as elements. Being sent to the sign-in
// means that the session has ended.
export async function fetchPart(url, options = {}) {
  const response = await fetch(url, { headers: { 'X-Part': '1', Accept: 'text/html' }, ...options });
  if (response.redirected && new URL(response.url).pathname === '/login') location.reload();
  if (!response.ok) throw new Error(`${response.status}`);
  return fragment(await response.text());
}

// Who is signed in on this page. What the browser keeps is kept under this id,
// so that it is never shown or sent under another account.
export const user = document.body.dataset.user ?? '';

// Drafts: what was written and not sent. The box of a conversation has its own.
const key = (name) => `draft:${user}:${name}`;

export function draft(name) { return localStorage.getItem(key(name)) ?? ''; }

export function keepDraft(name, text) {
  if (text.trim()) localStorage.setItem(key(name), text);
  else localStorage.removeItem(key(name));
}

// leaving names, until the next conversation is there, the draft that a form has taken along.
export const leaving = 'ba-leaving';

export function clearDrafts() {
  for (const name of Object.keys(localStorage)) if (name.startsWith(key(''))) localStorage.removeItem(name);
}

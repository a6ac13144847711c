// Binds behaviours: every element with data-behaviour="name other" gets the
// default export of behaviours/name.js, which is loaded when first needed.
const known = new Set([
  'autosave', 'autosubmit', 'begin', 'budget', 'busy', 'citations', 'composer', 'confirm', 'conversation', 'copy',
  'countdown', 'criteria', 'documents', 'edit', 'filter', 'install', 'made', 'offline', 'opener', 'outbox',
  'proposals', 'quality', 'rename', 'rows', 'sections', 'shortcuts', 'signin', 'signout', 'starters', 'theme', 'times', 'turn', 'undo',
  'upload', 'viewer', 'waiting',
]);
const bound = new WeakMap();

export async function bind(root) {
  const elements = [...root.querySelectorAll('[data-behaviour]')];
  if (root instanceof Element && root.dataset.behaviour) elements.unshift(root);
  await Promise.all(elements.flatMap((element) => element.dataset.behaviour.split(' ').map((name) => attach(element, name))));
}

async function attach(element, name) {
  const names = bound.get(element) ?? new Set();
  if (!known.has(name) || names.has(name)) return;
  bound.set(element, names.add(name));
  const module = await import(`./behaviours/${name}.js`);
  module.default(element);
}

document.documentElement.classList.add('scripted');
bind(document);

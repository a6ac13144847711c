// Asks how far documents are while any is being read, and changes only the
// entries that look different.
import { fetchPart } from '../html.js';
import { bind } from '../main.js';
import { announce } from '../tell.js';

export default function documents(root) {
  let timer;
  let pause = 700;

  async function refresh() {
    try {
      merge(await fetchPart(root.dataset.src));
      pause = Math.min(pause * 1.2, 3000);
    } catch {
      pause = Math.min(pause * 2, 15000);
    }
    schedule();
  }

  function schedule() {
    clearTimeout(timer);
    if (root.querySelector('[data-busy]')) timer = setTimeout(refresh, pause);
    else if (root.querySelector('[data-reload]')) location.reload();
  }

  function merge(part) {
    const fresh = [...part.querySelectorAll('[data-stamp]')];
    const old = new Map([...root.querySelectorAll('[data-stamp]')].map((item) => [item.id, item]));
    const same = fresh.length === old.size && fresh.every((item) => old.has(item.id));
    if (!same) { root.replaceChildren(part); bind(root); return; }
    for (const item of fresh) {
      const before = old.get(item.id);
      if (before.dataset.stamp === item.dataset.stamp) continue;
      tell(before, item);
      before.replaceWith(item);
      bind(item);
    }
    root.querySelector('.docs')?.toggleAttribute('data-busy', Boolean(root.querySelector('.doc .bar')));
  }

  function tell(before, item) {
    if (before.querySelector('.bar') && !item.querySelector('.bar')) {
      announce(`${item.querySelector('.item-title')?.textContent}: ${item.querySelector('.item-meta span')?.textContent}`);
    }
  }

  root.addEventListener('ba:refresh', () => { pause = 700; clearTimeout(timer); refresh(); });
  schedule();
}

// Keeps a part of a conversation's page up to date: what was asked for in it, or
// what is known. What was open stays open. What may come a little later waits
// until nothing more happens, so that a quick exchange asks once.
import { fetchPart } from '../html.js';

export default function made(root) {
  const pause = Number(root.dataset.pause ?? 0);
  let asking = false;
  let again = false;
  let timer;

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      const part = await fetchPart(root.dataset.src);
      const open = root.querySelector('details')?.open;
      root.replaceChildren(part);
      if (open) root.querySelector('details')?.setAttribute('open', '');
    } catch { /* the next event asks again */ }
    asking = false;
    if (again) { again = false; refresh(); }
  }

  document.addEventListener(root.dataset.on ?? 'ba:artifact', () => {
    clearTimeout(timer);
    if (pause) timer = setTimeout(refresh, pause);
    else refresh();
  });
  if ('now' in root.dataset) refresh();
}

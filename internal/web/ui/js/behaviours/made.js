// Keeps the list of what was asked for in a conversation up to date.
import { fetchPart } from '../html.js';

export default function made(root) {
  let asking = false;
  let again = false;

  async function refresh() {
    if (asking) { again = true; return; }
    asking = true;
    try {
      root.replaceChildren(await fetchPart(root.dataset.src));
    } catch { /* the next event asks again */ }
    asking = false;
    if (again) { again = false; refresh(); }
  }

  document.addEventListener('ba:artifact', refresh);
}

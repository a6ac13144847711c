// What is said of the budget above the box in which one writes. When an answer
// has ended the server says it anew, and opens or closes the box.
import { fetchPart } from '../html.js';

export default function budget(root) {
  const form = document.getElementById(root.dataset.closes);
  let asked = 0;

  async function refresh() {
    const mine = ++asked;
    try {
      const part = await fetchPart(root.dataset.source);
      if (mine !== asked) return;
      root.replaceChildren(part);
      const closed = root.querySelector('[data-closed]') !== null;
      for (const element of [form?.elements.content, form?.querySelector('#send')]) if (element) element.disabled = closed;
    } catch {
      // It is said again with the next answer, or with the next page.
    }
  }

  document.addEventListener('ba:done', refresh);
}

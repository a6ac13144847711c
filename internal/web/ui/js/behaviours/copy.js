// Copies the text of the nearest <template> or <code>.
import { announce } from '../tell.js';

export default function copy(root) {
  const button = root.querySelector('[data-copy]');
  const source = root.querySelector('template')?.content ?? root.querySelector('code');
  const label = button.lastChild;
  const usual = label.textContent;
  button.addEventListener('click', async () => {
    let words = ' Copied';
    try {
      await navigator.clipboard.writeText(source.textContent);
    } catch {
      words = ' Could not copy';
    }
    label.textContent = words;
    announce(words);
    setTimeout(() => { label.textContent = usual; }, 2000);
  });
}

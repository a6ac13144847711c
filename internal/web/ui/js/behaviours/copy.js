// Copies the text of the nearest <template> or <code>; with data-copy="rich" the
// formatted answer, so that it is pasted into a document as it looks, and into
// plain text as Markdown.
import { htmlOf } from '../html.js';
import { announce } from '../tell.js';

export default function copy(root) {
  const source = root.querySelector('template')?.content ?? root.querySelector('code');
  const prose = root.closest('.answer')?.querySelector('.prose');
  for (const button of root.querySelectorAll('[data-copy]')) bind(button, source, button.dataset.copy === 'rich' ? prose : null);
}

function bind(button, source, prose) {
  const label = button.lastChild;
  const usual = label.textContent;
  button.addEventListener('click', async () => {
    let words = ' Copied';
    try {
      if (prose && globalThis.ClipboardItem) await navigator.clipboard.write([rich(source.textContent, prose)]);
      else await navigator.clipboard.writeText(source.textContent);
    } catch {
      words = ' Could not copy';
    }
    label.textContent = words;
    announce(words);
    setTimeout(() => { label.textContent = usual; }, 2000);
  });
}

// rich leaves out what means nothing elsewhere: our blocks and our links.
function rich(text, prose) {
  const clone = prose.cloneNode(true);
  for (const chip of clone.querySelectorAll('.cite')) chip.replaceWith(`[${chip.textContent.trim()}]`);
  for (const block of clone.querySelectorAll('.block')) block.replaceWith(...block.childNodes);
  const type = (content, name) => new Blob([content], { type: name });
  return new ClipboardItem({ 'text/html': type(htmlOf(clone), 'text/html'), 'text/plain': type(text, 'text/plain') });
}

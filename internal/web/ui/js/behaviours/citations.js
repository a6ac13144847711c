// Opens the cited place beside the conversation, or over it on a small screen.
import { fetchPart } from '../html.js';
import { toast } from '../tell.js';

const wide = matchMedia('(min-width: 75rem)');
let opened = null;

export default function citations(prose) {
  const article = prose.closest('[data-message]');
  article.addEventListener('click', (event) => {
    const chip = event.target.closest('.cite');
    if (!chip || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(chip, article);
  });
}

async function show(chip, article) {
  const panel = document.getElementById('panel');
  if (opened === chip && panel.open) { close(panel); return; }
  const thread = article.closest('[data-thread]').dataset.thread;
  const url = `/threads/${thread}/messages/${article.dataset.message}/citations/${chip.dataset.citation}`;
  try {
    panel.replaceChildren(await patiently(url));
  } catch {
    toast('The cited place could not be opened. The document may have been deleted.');
    return;
  }
  opened?.removeAttribute('aria-expanded');
  opened = chip;
  chip.setAttribute('aria-expanded', 'true');
  if (!panel.open) open(panel);
  panel.querySelector('[data-close]').addEventListener('click', () => close(panel));
  panel.querySelector('mark')?.scrollIntoView({ block: 'center' });
}

// patiently asks again once: while an answer grows, a source is stored up to
// half a second after it is shown.
async function patiently(url) {
  try {
    return await fetchPart(url);
  } catch {
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    return fetchPart(url);
  }
}

function open(panel) {
  if (wide.matches) panel.show(); else panel.showModal();
  if (panel.dataset.bound) return;
  panel.dataset.bound = '1';
  panel.addEventListener('close', () => closed());
  panel.addEventListener('click', (event) => { if (event.target === panel) close(panel); });
  addEventListener('keydown', (event) => { if (event.key === 'Escape' && panel.open) close(panel); });
}

function close(panel) { panel.close(); }

function closed() {
  opened?.removeAttribute('aria-expanded');
  opened?.focus();
  opened = null;
}

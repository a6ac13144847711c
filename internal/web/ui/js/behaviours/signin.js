// Says at once that the sign-in has begun, and with whom.
import { announce } from '../tell.js';

export default function signin(link) {
  const label = link.querySelector('span');
  const usual = label.textContent;
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.getAttribute('aria-busy')) { event.preventDefault(); return; }
    link.setAttribute('aria-busy', 'true');
    const spinner = document.createElement('span');
    spinner.className = 'spinner';
    link.prepend(spinner);
    label.textContent = `Signing in with ${link.dataset.name}…`;
    announce(label.textContent);
  });
  // Back from the provider: the page may come from the browser's memory.
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    link.removeAttribute('aria-busy');
    link.querySelector('.spinner')?.remove();
    label.textContent = usual;
  });
}

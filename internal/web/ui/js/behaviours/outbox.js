// Sends what waits, on every page, and says how much that is where the
// conversation itself is not on the page.
import { outbox } from '../outbox.js';
import { shows } from './waiting.js';

export default function sender(body) {
  const note = document.getElementById('outbox-note');
  async function count() {
    const list = document.querySelector('[data-behaviour~="waiting"]');
    const elsewhere = (await outbox.all()).filter((m) => !list || !shows(list)(m));
    note.hidden = elsewhere.length === 0;
    if (!elsewhere.length) return;
    const first = elsewhere.find((m) => m.state === 'refused') ?? elsewhere[0];
    note.href = first.begin ? '/' : `/threads/${first.thread}`;
    const words = elsewhere.length === 1 ? '1 message' : `${elsewhere.length} messages`;
    note.lastElementChild.textContent = first.state === 'refused' ? `${words} could not be sent` : `${words} waiting to be sent`;
  }
  if (!outbox || !body.dataset.user) return;
  outbox.addEventListener('change', count);
  outbox.addEventListener('sent', count);
  count();
  outbox.flush();
}

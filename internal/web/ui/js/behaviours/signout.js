// Signing out takes with it what the browser keeps for this person, and says so
// where that would lose a message.
import { outbox } from '../outbox.js';
import { clearDrafts } from '../person.js';
import { toast } from '../tell.js';

export default function signout(form) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const waiting = await outbox.all().catch(() => []);
    const words = waiting.length === 1 ? '1 message has' : `${waiting.length} messages have`;
    if (waiting.length && !confirm(`${words} not been sent yet. Sign out and discard them?`)) return;
    const response = await fetch(form.action, { method: 'POST' }).catch(() => null);
    if (!response?.ok) { toast('The server cannot be reached, so you are still signed in. Try again.'); return; }
    await outbox.clear().catch(() => {});
    clearDrafts();
    outbox.tell('signed-out');
    location.href = '/login';
  });
}

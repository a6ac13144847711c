// The page without a network: says what waits, and goes on by itself when the
// server answers again.
import { all } from '../kept.js';
import { last } from './install.js';

export default async function offline(root) {
  const again = () => location.reload();
  root.querySelector('button').addEventListener('click', again);
  addEventListener('online', again);
  setInterval(async () => {
    const response = await fetch('/health/live').catch(() => null);
    if (response?.ok) again();
  }, 3000);
  const waiting = await all(localStorage.getItem(last) ?? '').catch(() => []);
  if (!waiting.length) return;
  const words = waiting.length === 1 ? '1 message waits' : `${waiting.length} messages wait`;
  const note = root.querySelector('.waits-note');
  note.textContent = `${words} in this browser, to be sent when the connection is back.`;
  note.hidden = false;
}

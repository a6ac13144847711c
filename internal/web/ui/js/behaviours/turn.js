// Retry and Continue by the API, so that the new answer streams into the page.
import { Problem, call, newID } from '../api.js';
import { toast } from '../tell.js';

export default function turn(form) {
  const id = newID();
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    button.setAttribute('aria-busy', 'true');
    try {
      const sent = await call('POST', `/api${new URL(form.action).pathname}`, { id });
      form.dispatchEvent(new CustomEvent('ba:sent', { bubbles: true, detail: sent }));
      form.remove();
    } catch (error) {
      toast(error instanceof Problem ? error.sentence : 'That did not work. Try again.');
    } finally {
      button.removeAttribute('aria-busy');
    }
  });
}

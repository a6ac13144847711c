// Begins a conversation. Its id is made here and it goes into the outbox with
// its first question, so that it waits for a network like any other message and
// begins once, however often it is sent. Where the browser keeps nothing, the
// form is sent as it is.
import { newID } from '../api.js';
import { outbox } from '../outbox.js';
import { leaving } from '../person.js';
import { toast } from '../tell.js';

export default function begin(form) {
  const box = form.elements.content;
  let plain = false; // the form is sent as it is
  let begun = null; // what this page sends now

  form.addEventListener('submit', (event) => {
    if (plain || !outbox) { leave(event); return; }
    event.preventDefault();
    start(event.submitter);
  });
  outbox?.addEventListener('sent', ({ detail }) => {
    if (detail.thread === begun?.thread) location.assign(`/threads/${detail.thread}`);
  });
  outbox?.addEventListener('change', async () => { // what has to wait is no reason to leave the page later
    const sent = begun;
    if (sent && (await outbox.all()).some((m) => m.thread === sent.thread && m.reason) && begun === sent) begun = null;
  });
  document.addEventListener('ba:edit', ({ detail }) => {
    set(box.value.trim() ? `${detail.text}\n\n${box.value}` : detail.text);
    for (const [name, value] of Object.entries(chosenAs(detail.begin))) if (form.elements[name] instanceof HTMLSelectElement) form.elements[name].value = value;
    box.focus();
  });

  function set(text) {
    box.value = text;
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  async function start(submitter) {
    const starter = submitter?.name === 'starter' ? submitter.value : '';
    const content = (starter || box.value).trim();
    if (!content || form.hasAttribute('aria-busy') || begun?.content === content) return;
    form.setAttribute('aria-busy', 'true');
    const before = begun;
    begun = { thread: newID(), content };
    try {
      await outbox.add(begun.thread, content, { begin: chosen() });
      if (!starter) set('');
    } catch {
      begun = before;
      plain = true;
    } finally {
      form.removeAttribute('aria-busy');
    }
    if (plain) form.requestSubmit(submitter);
  }

  // chosen is what the conversation begins with.
  function chosen() {
    const data = new FormData(form);
    const [provider, ...model] = (data.get('model') ?? '').split('/');
    return { project: data.get('project') ?? '', mode: data.get('mode'), provider, model: model.join('/') };
  }
  const chosenAs = ({ project, mode, provider, model }) => ({ project, mode, model: model ? `${provider}/${model}` : provider });

  // leave lets the form go. Its draft goes when the conversation is there: a
  // page that never comes must not take the words with it.
  function leave(event) {
    plain = false;
    if (!navigator.onLine) {
      event.preventDefault();
      toast('You are offline. What you wrote is kept here; ask when the connection is back.');
    } else if (!event.submitter?.name) sessionStorage.setItem(leaving, form.dataset.draft);
  }
}

// The box in which one writes: it grows, keeps a draft until it is sent, sends
// with Ctrl or Cmd and Enter. In a conversation the message goes into the
// outbox and the page stays; elsewhere the form is sent as it is.
import { Problem, call, newID } from '../api.js';
import { outbox } from '../outbox.js';
import { draft, keepDraft } from '../person.js';
import { toast } from '../tell.js';

const leaving = 'ba-leaving'; // the draft that a form is taking along

export default function composer(form) {
  const box = form.elements.content;
  const name = form.dataset.draft;
  const thread = form.dataset.thread;

  function grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    box.style.blockSize = 'auto';
    box.style.blockSize = `${box.scrollHeight}px`;
  }
  function set(text) {
    box.value = text;
    keepDraft(name, text);
    grow();
  }

  if (thread) arrived();
  if (!box.value) box.value = draft(name);
  grow();
  box.addEventListener('input', () => { grow(); keepDraft(name, box.value); });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    if (!thread) { leave(event); return; }
    event.preventDefault();
    send();
  });

  // While an earlier question is edited, what stood in the box is set aside.
  const notice = form.querySelector('#editing');
  let replaces = '';
  let aside = '';
  function edit(text, message) {
    if (!replaces) aside = box.value;
    replaces = message;
    notice.hidden = false;
    set(text);
    box.focus();
  }
  function endEdit() {
    replaces = '';
    if (notice) notice.hidden = true;
    set(aside);
    aside = '';
  }
  if (thread) {
    notice.querySelector('button').addEventListener('click', () => { endEdit(); box.focus(); });
    document.addEventListener('ba:edit', ({ detail }) => {
      if (detail.replaces) edit(detail.text, detail.replaces);
      else set(box.value.trim() ? `${detail.text}\n\n${box.value}` : detail.text);
      box.focus();
    });
  }

  // leave lets a form begin a conversation. Its draft goes when the conversation
  // is there: a page that never comes must not take the words with it.
  function leave(event) {
    if (!navigator.onLine) {
      event.preventDefault();
      toast('You are offline. What you wrote is kept here; ask when the connection is back.');
    } else if (!event.submitter?.name) sessionStorage.setItem(leaving, name);
  }

  function arrived() {
    const left = sessionStorage.getItem(leaving);
    if (left !== null) keepDraft(left, '');
    sessionStorage.removeItem(leaving);
  }

  async function send() {
    const content = box.value.trim();
    if (!content || form.hasAttribute('aria-busy')) return;
    form.setAttribute('aria-busy', 'true');
    try {
      await outbox.add(thread, content, replaces ? { replaces } : {});
      endEdit();
    } catch {
      await straight(content);
    } finally {
      form.removeAttribute('aria-busy');
      box.focus();
    }
  }

  // straight sends without the outbox, where the browser keeps nothing. The id
  // stays while the text is the same: sent again it is the same message.
  let pending = null;
  async function straight(content) {
    if (pending?.content !== content) pending = { id: newID(), content, ...(replaces && { replaces }) };
    try {
      const sent = await call('POST', `/api/threads/${thread}/chat`, pending);
      pending = null;
      endEdit();
      form.dispatchEvent(new CustomEvent('ba:sent', { bubbles: true, detail: sent }));
    } catch (error) {
      toast(error instanceof Problem ? error.sentence : 'The message was not sent. Try again.');
    }
  }
}

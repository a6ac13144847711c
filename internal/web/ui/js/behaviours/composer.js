// The box in which one writes: it grows, keeps a draft until it is sent, sends
// with Ctrl or Cmd and Enter. In a conversation the message goes into the
// outbox and the page stays.
import { Problem, call, newID } from '../api.js';
import { outbox } from '../outbox.js';
import { draft, keepDraft, leaving } from '../person.js';
import { toast } from '../tell.js';

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
  if (!thread) return;
  form.addEventListener('submit', (event) => {
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
    notice.hidden = true;
    set(aside);
    aside = '';
  }
  notice.querySelector('button').addEventListener('click', () => { endEdit(); box.focus(); });
  document.addEventListener('ba:edit', ({ detail }) => {
    if (detail.replaces) edit(detail.text, detail.replaces);
    else set(box.value.trim() ? `${detail.text}\n\n${box.value}` : detail.text);
    box.focus();
  });

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

// The box in which one writes: it grows, keeps a draft until it is sent, sends
// with Ctrl or Cmd and Enter. In a conversation the message goes by the API and
// the page stays; elsewhere the form is sent as it is.
import { Problem, call, newID } from '../api.js';
import { toast } from '../tell.js';

export default function composer(form) {
  const box = form.elements.content;
  const key = `draft:${form.dataset.draft}`;
  const thread = form.dataset.thread;

  function grow() {
    if (CSS.supports('field-sizing', 'content')) return;
    box.style.blockSize = 'auto';
    box.style.blockSize = `${box.scrollHeight}px`;
  }
  const keep = () => { if (box.value.trim()) localStorage.setItem(key, box.value); else localStorage.removeItem(key); };

  if (!box.value) box.value = localStorage.getItem(key) ?? '';
  grow();
  box.addEventListener('input', () => { grow(); keep(); });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener('submit', (event) => {
    if (!thread) { if (!event.submitter?.name) localStorage.removeItem(key); return; }
    event.preventDefault();
    send();
  });

  // The id is made here and kept while the text is the same: sending again
  // after a lost answer is the same message, not a second one.
  let pending = null;
  async function send() {
    const content = box.value.trim();
    if (!content || form.hasAttribute('aria-busy')) return;
    if (pending?.content !== content) pending = { id: newID(), content };
    form.setAttribute('aria-busy', 'true');
    try {
      const sent = await call('POST', `/api/threads/${thread}/chat`, pending);
      pending = null;
      box.value = '';
      keep();
      grow();
      form.dispatchEvent(new CustomEvent('ba:sent', { bubbles: true, detail: sent }));
    } catch (error) {
      toast(error instanceof Problem ? error.sentence : 'The message was not sent. Try again.');
    } finally {
      form.removeAttribute('aria-busy');
      box.focus();
    }
  }
}

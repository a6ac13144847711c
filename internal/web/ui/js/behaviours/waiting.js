// What the server does not have yet: the messages of a conversation at its end,
// or, where none is open, the conversations that are to begin. Each says why it
// waits and what can be done.
import { outbox } from '../outbox.js';
import { announce, toast } from '../tell.js';

// shows returns which of the messages a list shows.
export function shows({ dataset }) {
  if (dataset.thread) return (m) => m.thread === dataset.thread;
  return (m) => m.begin && (!dataset.project || m.begin.project === dataset.project);
}

export default function waiting(list) {
  const blank = document.getElementById('message-waiting');
  const mine = shows(list);
  const editable = document.querySelector('[data-behaviour~="composer"]');
  const begun = new Map(); // conversations that were sent from here, and their questions
  let sending = 0;
  let shown = '';

  async function refresh() {
    const all = (await outbox.all()).filter(mine);
    const rows = [...begun.values(), ...all.map((m, i) => ({ m, ...situation(m, all.slice(0, i)) }))];
    const look = JSON.stringify(rows);
    if (look === shown) return;
    shown = look;
    const more = rows.length > list.children.length;
    list.replaceChildren(...rows.map(entry));
    list.hidden = rows.length === 0;
    if (more && list.dataset.thread) requestAnimationFrame(() => scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' }));
  }

  const holds = (m) => (before) => before.thread === m.thread && (before.state === 'refused' || before.until > Date.now());

  // situation says why a message is still here.
  function situation(m, before) {
    if (m.state === 'refused') return { tone: 'bad', why: `Not sent. ${m.reason}`, may: ['again', 'edit', 'discard'] };
    if (!navigator.onLine) return { why: 'You are offline. It is sent as soon as the connection is back.', may: ['edit', 'discard'] };
    if (sending === m.n) return { why: 'Sending…', may: [] };
    if (before.some(holds(m))) return { why: 'Waits for the message above, so that the order stays.', may: ['edit', 'discard'] };
    if (m.code === 'another_person') return { tone: 'bad', why: 'Somebody else is signed in now. It waits until you sign in again.', may: [] };
    if (m.code === 'unauthenticated') return { why: 'Waits until you sign in again.', may: ['signin', 'edit', 'discard'] };
    if (m.until > Date.now()) return { why: m.reason, until: m.until, may: ['again', 'edit', 'discard'] };
    if (m.reason) return { why: m.code === 'network' ? 'The server cannot be reached. It is sent as soon as it answers.' : m.reason, may: ['again', 'edit', 'discard'] };
    return { why: 'Sending…', may: [] };
  }

  function entry({ m, tone, why, until, may }) {
    const article = blank.content.firstElementChild.cloneNode(true);
    article.dataset.waiting = m.id;
    article.classList.toggle('bad', tone === 'bad');
    article.querySelector('.words').textContent = m.content;
    article.querySelector('.why').textContent = why;
    if (until) countdown(article.querySelector('.wait'), until);
    for (const control of article.querySelectorAll('[data-do]')) {
      control.hidden = !may.includes(control.dataset.do) || (control.dataset.do === 'edit' && !editable);
      if (control.dataset.do === 'open') control.href = `/threads/${m.thread}`;
      control.addEventListener('click', () => act[control.dataset.do]?.(m));
    }
    return article;
  }

  function countdown(element, until) {
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      element.textContent = left > 0 ? ` It is sent in ${left} s.` : '';
      if (left > 0 && element.isConnected) setTimeout(tick, 1000);
    };
    requestAnimationFrame(tick);
  }

  async function take(m) {
    const taken = await outbox.take(m.n);
    if (!taken) toast('It was sent meanwhile.');
    return taken;
  }

  const act = {
    again: (m) => outbox.again(m.n),
    async discard(m) { if (await take(m)) announce('Discarded.'); },
    async edit(m) {
      const taken = await take(m);
      if (taken) document.dispatchEvent(new CustomEvent('ba:edit', { detail: { text: taken.content, replaces: taken.replaces, begin: taken.begin } }));
    },
  };

  // A conversation that has begun is not on this page: it says where it is.
  function sent({ thread, message, begin }) {
    sending = 0;
    const m = { thread, id: message.id, content: message.content ?? message.text, begin };
    if (begin && !list.dataset.thread && mine(m)) begun.set(thread, { m, why: 'Sent. The answer is being written.', may: ['open'] });
    refresh();
  }

  outbox.addEventListener('sending', ({ detail }) => { sending = detail.n; refresh(); });
  outbox.addEventListener('change', () => { sending = 0; refresh(); });
  outbox.addEventListener('sent', ({ detail }) => sent(detail));
  for (const name of ['online', 'offline']) addEventListener(name, refresh);
  refresh();
}

// A conversation that is alive: events of its thread change the page.
import { call } from '../api.js';
import { outbox } from '../outbox.js';
import { follow as followEnd } from '../scroll.js';
import { follow } from '../stream.js';
import { announce, toast } from '../tell.js';
import { Turns } from '../turns.js';

const connection = {
  reconnecting: 'What you have written is kept.',
  ended: 'Your session has ended. Sign in again to go on; what you have written is kept.',
  gone: 'This conversation was deleted, or it is no longer yours to see. What you have written is kept.',
};

export default function conversation(root) {
  const thread = root.dataset.thread;
  const scroll = followEnd(root.querySelector('.turns'), root.querySelector('#jump'));
  const stop = root.querySelector('#stop');
  const turns = new Turns(root, (force) => { scroll.stick(force); refreshStop(); });
  function refreshStop() { if (stop) stop.hidden = turns.running.length === 0; }

  const on = {
    message: (data) => { if (data.thread_id === thread) turns.show(data); },
    snapshot: (data) => { const answer = turns.answers.get(data.message_id); answer?.clear(); if (answer) answer.state = data.state; },
    block: (data) => { turns.answers.get(data.message_id)?.block(data.block, data.html); scroll.stick(false); },
    tool: (data) => {
      const answer = turns.answers.get(data.message_id);
      if (data.answerer) answer?.by(data.answerer, data.summary);
      if (data.state === 'running') answer?.say(`${data.summary || 'Searching the documents'}…`);
    },
    done: (data) => {
      const answer = turns.answers.get(data.message_id);
      if (!answer) return;
      answer.state = data.state;
      refreshStop();
      turns.finish(data.message_id);
      refreshTitle();
      document.dispatchEvent(new CustomEvent('ba:done'));
    },
    title: (data) => { if (data.thread_id === thread) showTitle(data.title); },
    artifact: (data) => { if (data.thread_id === thread) document.dispatchEvent(new CustomEvent('ba:artifact')); },
    failure: (data) => { if (data.detail && turns.answers.has(data.message_id)) announce(data.detail); },
  };

  // While the stored conversation is on its way, events wait: they come after it.
  let held = null;
  function take(name, data) {
    if (held) held.push([name, data]);
    else on[name]?.(data);
  }
  async function resync() {
    if (held) return;
    held = [];
    try {
      await turns.reload();
      refreshTitle();
      document.dispatchEvent(new CustomEvent('ba:artifact'));
    } catch {
      setTimeout(resync, 2000);
    }
    const late = held;
    held = null;
    for (const [name, data] of late) on[name]?.(data);
  }

  const notice = root.querySelector('#connection');
  function state(name, seconds) {
    if (name === 'live') outbox?.soon();
    notice.hidden = !connection[name];
    if (notice.hidden) return;
    const begin = name !== 'reconnecting' ? '' : !navigator.onLine ? 'You are offline. Reconnecting… ' : `Reconnecting${seconds > 1 ? ` in ${seconds} seconds` : ''}… `;
    const words = begin + connection[name];
    if (notice.lastElementChild.textContent !== words) notice.lastElementChild.textContent = words;
  }

  // The first question names the conversation, and the model after its answer.
  async function refreshTitle() { showTitle((await call('GET', `/api/threads/${thread}`).catch(() => ({}))).title); }
  function showTitle(name) {
    if (!name) return;
    root.parentElement.querySelector('#thread-title').textContent = name;
    document.title = `${name} · BA Assistant`;
    const field = document.getElementById('title');
    if (field && field.value === field.defaultValue) field.value = field.defaultValue = name;
  }

  function sent(message) {
    if (message) turns.show({ role: 'user', ...message });
    announce('Sent. The answer is being written.');
  }

  follow(thread, root.dataset.cursor, { state, resync, event: take });
  root.addEventListener('ba:sent', ({ detail }) => sent(detail?.message));
  outbox?.addEventListener('sent', ({ detail }) => { if (detail.thread === thread) sent(detail.message); });
  stop?.addEventListener('click', async () => {
    try {
      await Promise.all(turns.running.map((answer) => call('POST', `/api/turns/${answer.article.dataset.turn}/stop`, { id: crypto.randomUUID() })));
    } catch (error) { toast(error.sentence ?? 'It could not be stopped. Try again.'); }
  });
  refreshStop();
  if (!location.hash) scroll.stick(true);
}

// A conversation that is alive: events of its thread change the page.
import { Answer } from '../answer.js';
import { call } from '../api.js';
import { fetchPart } from '../html.js';
import { bind } from '../main.js';
import { outbox } from '../outbox.js';
import { follow } from '../scroll.js';
import { open } from '../stream.js';
import { announce, toast } from '../tell.js';

export default function conversation(root) {
  const turns = root.querySelector('.turns');
  const thread = root.dataset.thread;
  const answers = new Map();
  const scroll = follow(turns, root.querySelector('#jump'));
  const stop = root.querySelector('#stop');

  for (const article of turns.querySelectorAll('.answer')) answers.set(article.dataset.message, new Answer(article));

  const running = () => [...answers.values()].filter((answer) => answer.running);
  function refreshStop() { if (stop) stop.hidden = running().length === 0; }

  // show puts a message on the page where it is not yet.
  function show(message) {
    const found = turns.querySelector(`[data-message="${CSS.escape(message.id)}"]`);
    if (found) return found;
    turns.querySelector('.begin')?.remove();
    const kind = message.role === 'user' ? 'mine' : 'answer';
    const article = root.querySelector(`#message-${kind}`).content.firstElementChild.cloneNode(true);
    article.id = `m-${message.id}`;
    article.dataset.message = message.id;
    if (kind === 'mine') {
      article.querySelector('.words').textContent = message.text ?? message.content ?? '';
    } else {
      article.dataset.turn = message.turn_id ?? message.turn?.id ?? '';
      if (message.turn?.continues) supersede(message.turn.continues);
      answers.set(message.id, new Answer(article));
    }
    root.querySelector(`[data-waiting="${CSS.escape(message.id)}"]`)?.remove();
    turns.append(article);
    bind(article);
    scroll.stick(kind === 'mine');
    refreshStop();
    return article;
  }

  // supersede takes an answer away with whose text another one begins.
  function supersede(turn) {
    const old = turns.querySelector(`.answer[data-turn="${CSS.escape(turn)}"]`);
    if (!old) return;
    answers.delete(old.dataset.message);
    old.remove();
  }

  // finish takes the server's own rendering of an answer that has ended: it is
  // what is stored, with its sources and what can be done next.
  async function finish(id) {
    const old = answers.get(id)?.article;
    if (!old) return;
    try {
      const part = await fetchPart(`/threads/${thread}/messages/${id}`);
      const article = part.querySelector('.answer');
      old.replaceWith(article);
      answers.set(id, new Answer(article));
      bind(article);
      scroll.stick(false);
    } catch {
      answers.get(id).say('The end of this answer could not be loaded. Reload the page to see it.');
    }
    refreshStop();
    announce('The answer is complete.');
  }

  const on = {
    message: (data) => show(data),
    snapshot: (data) => { const answer = answers.get(data.message_id); answer?.clear(); if (answer) answer.state = data.state; },
    block: (data) => { answers.get(data.message_id)?.block(data.block, data.html); scroll.stick(false); },
    tool: (data) => { if (data.state === 'running') answers.get(data.message_id)?.say(`${data.summary || 'Searching the documents'}…`); },
    done: (data) => { const answer = answers.get(data.message_id); if (answer) answer.state = data.state; finish(data.message_id); refreshTitle(); },
    failure: (data) => { if (data.detail) announce(data.detail); },
  };

  const notice = root.querySelector('#connection');
  function state(name, seconds) {
    if (name === 'live') outbox?.soon();
    notice.hidden = name === 'live';
    const words = name === 'ended' ? 'Your session has ended. Reload the page to sign in again; your draft is kept.'
      : `Reconnecting${seconds > 1 ? ` in ${seconds} seconds` : ''}… What you have written is kept.`;
    if (notice.lastElementChild.textContent !== words) notice.lastElementChild.textContent = words;
  }

  // The first answer names the conversation.
  async function refreshTitle() {
    const title = root.parentElement.querySelector('#thread-title');
    const { title: name } = await call('GET', `/api/threads/${thread}`).catch(() => ({}));
    if (name && title) title.textContent = name;
  }

  open([thread], root.dataset.cursor, { state, event: (name, data) => on[name]?.(data) });

  function sent(message) {
    if (message) show({ role: 'user', ...message });
    announce('Sent. The answer is being written.');
  }
  root.addEventListener('ba:sent', ({ detail }) => sent(detail?.message));
  outbox?.addEventListener('sent', ({ detail }) => { if (detail.thread === thread) sent(detail.message); });
  stop?.addEventListener('click', async () => {
    try {
      await Promise.all(running().map((answer) => call('POST', `/api/turns/${answer.article.dataset.turn}/stop`, { id: crypto.randomUUID() })));
    } catch (error) { toast(error.sentence ?? 'It could not be stopped. Try again.'); }
  });
  refreshStop();
  if (!location.hash) scroll.stick(true);
}

// Brings what the outbox keeps to the server. Both the conversation and its
// messages have ids that were made here, and the server makes one for each: what
// is sent again after a lost answer is the same.
import { call } from './api.js';
import * as kept from './kept.js';
import { user } from './person.js';

const patience = 20000; // for each answer
const headers = { 'BA-User': user }; // the server refuses it where somebody else is signed in

// deliver sends a message, for which its conversation may have to begin, and
// returns what is stored.
export async function deliver(m) {
  if (m.begin && !m.begin.done) await begin(m);
  const body = m.replaces ? { id: m.id, content: m.content, replaces: m.replaces } : { id: m.id, content: m.content };
  const sent = await call('POST', `/api/threads/${m.thread}/chat`, body, { headers, timeout: patience });
  await kept.remove(m.n);
  return sent.message;
}

async function begin(m) {
  const { project, mode, provider, model } = m.begin;
  const body = { id: m.thread, mode, ...(provider && { provider }), ...(model && { model }) };
  await call('POST', project ? `/api/projects/${project}/threads` : '/api/threads', body, { headers, timeout: patience });
  m.begin = { ...m.begin, done: true };
  await kept.put(m);
}

// withdraw removes the conversation that began for a message which was refused.
export async function withdraw(m) {
  if (!m.begin?.done || m.state !== 'refused' || location.pathname === `/threads/${m.thread}`) return;
  await call('DELETE', `/api/threads/${m.thread}`, undefined, { headers }).catch(() => {}); // an empty one stays: no harm
}

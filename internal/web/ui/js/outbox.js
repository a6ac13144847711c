// The outbox of the person who is signed in. A message is stored here before it
// is sent and leaves when the server has it. The id is made here and the server
// stores an id once, so sending again after a lost answer is the same message.
// Only one tab sends at a time, a conversation's messages in their order. The
// first message of a new conversation carries what that begins with.
import { Problem, newID } from './api.js';
import { deliver, withdraw } from './deliver.js';
import * as kept from './kept.js';
import { user } from './person.js';

const longWait = 10 * 60; // seconds after which a person should decide instead
const longest = 30000; // between two tries

// exclusively runs the work in one tab at a time, where the browser can tell.
const exclusively = (work) => (navigator.locks ? navigator.locks.request(`ba-outbox:${user}`, work) : work());

class Outbox extends EventTarget {
  constructor() {
    super();
    this.tries = 0;
    this.channel = new BroadcastChannel(`ba-outbox:${user}`);
    this.channel.onmessage = ({ data }) => {
      if (data.name === 'signed-out') location.reload();
      else this.emit(data.name, data.detail);
    };
    addEventListener('online', () => this.soon());
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.flush(); });
  }

  emit(name, detail) { this.dispatchEvent(new CustomEvent(name, { detail })); }

  tell(name, detail = {}) {
    this.emit(name, detail);
    this.channel.postMessage({ name, detail });
  }

  all() { return kept.all(user); }

  async add(thread, content, more = {}) {
    await kept.put({ id: newID(), user, thread, content, at: Date.now(), state: 'waiting', ...more });
    this.tell('change');
    this.soon();
  }

  // take removes a message and returns it; nothing where it was sent meanwhile.
  // A conversation that has begun for it alone, and was refused it, goes too.
  async take(n) {
    const found = await exclusively(async () => {
      const message = (await this.all()).find((m) => m.n === n);
      if (message) await kept.remove(n);
      return message;
    });
    if (found) withdraw(found);
    this.tell('change');
    this.soon();
    return found;
  }

  // again has a refused message sent once more.
  async again(n) {
    await exclusively(async () => {
      const message = (await this.all()).find((m) => m.n === n);
      if (message) await kept.put({ ...message, state: 'waiting', reason: '', until: 0 });
    });
    this.tell('change');
    this.soon();
  }

  async clear() {
    await kept.clear(user);
    this.tell('change');
  }

  soon() { this.tries = 0; return this.flush(); }

  async flush() {
    clearTimeout(this.timer);
    if (this.busy) { this.more = true; return; }
    this.busy = true;
    try {
      do {
        this.more = false;
        await exclusively(() => this.drain());
      } while (this.more);
    } catch (error) {
      console.warn('The outbox cannot be read.', error);
    } finally {
      this.busy = false;
    }
  }

  // drain sends what can be sent now. A message that has to wait, or that was
  // refused, holds back those after it in its conversation.
  async drain() {
    const held = new Set();
    let next = 0;
    for (;;) {
      const now = Date.now();
      const all = await this.all();
      for (const m of all) {
        if (held.has(m.thread) || (m.state !== 'refused' && !(m.until > now))) continue;
        held.add(m.thread);
        if (m.state !== 'refused') next = Math.min(next || Infinity, m.until - now);
      }
      const message = all.find((m) => !held.has(m.thread));
      if (!message) break;
      const outcome = await this.send(message);
      if (outcome === 'stop') return;
      if (outcome !== 'sent') held.add(message.thread);
    }
    if (next) this.later(next);
  }

  async send(m) {
    this.tell('sending', { n: m.n });
    try {
      const message = await deliver(m);
      this.tries = 0;
      this.tell('sent', { thread: m.thread, message, begin: m.begin });
      return 'sent';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return this.failed(m, error);
    }
  }

  // failed stores why a message is still here, for all tabs and for later.
  async failed(m, problem) {
    const wait = problem.retryAfter > longWait ? 0 : problem.retryAfter * 1000;
    const passing = problem.passing && problem.retryAfter <= longWait;
    const elsewhere = problem.status === 401 || problem.code === 'another_person';
    const state = passing || elsewhere ? 'waiting' : 'refused';
    await kept.put({ ...m, state, reason: problem.message, code: problem.code, until: wait ? Date.now() + wait : 0 });
    this.tell('change');
    if (elsewhere) return 'stop';
    if (!passing) return 'refused';
    this.later(wait || Math.min(1000 * 2 ** this.tries++, longest) * (0.75 + Math.random() / 2));
    return wait ? 'waits' : 'stop';
  }

  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.max(ms, 50));
  }
}

export const outbox = user ? new Outbox() : null;

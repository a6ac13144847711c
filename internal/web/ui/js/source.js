// One connection for the events of some conversations. It comes back by itself
// with the last cursor, and says how it is:
//   handlers.event(name, data, id)
//   handlers.state('live' | 'reconnecting' | 'ended', seconds)
//   handlers.gone(thread)  a conversation that is no longer this person's to see
import { user } from './person.js';

const names = ['message', 'snapshot', 'block', 'delta', 'tool', 'citation', 'artifact', 'title', 'done', 'failure'];
const longest = 30000; // between two tries

export class Source {
  constructor(handlers) {
    this.handlers = handlers;
    this.threads = [];
    this.last = '';
    this.tries = 0;
    this.ended = false;
    this.awake = () => { if (!this.ended && this.source?.readyState !== EventSource.OPEN) this.connect(); };
    this.asleep = () => { if (!this.ended) this.handlers.state('reconnecting', 0); };
    addEventListener('online', this.awake);
    addEventListener('offline', this.asleep);
  }

  // watch follows these conversations, from what comes after the cursor.
  watch(threads, cursor) {
    this.threads = threads;
    this.last = cursor;
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.source?.close();
    if (this.ended || !this.threads.length) return;
    const query = new URLSearchParams({ threads: this.threads.join(','), render: 'html' });
    if (this.last) query.set('after', this.last);
    const source = new EventSource(`/api/events?${query}`);
    this.source = source;
    source.onopen = () => { this.tries = 0; this.handlers.state('live', 0); };
    source.onerror = () => { if (this.source === source) this.retry(); };
    for (const name of names) {
      source.addEventListener(name, (event) => { if (this.source === source) this.receive(name, event); });
    }
  }

  receive(name, event) {
    const id = event.lastEventId !== this.last ? event.lastEventId : '';
    if (id) this.last = id;
    this.handlers.event(name, JSON.parse(event.data), id);
  }

  // The browser's own reconnecting has no growing pause and gives up on an
  // HTTP error, so we do it: after 0.5, 1, 2, 4 ... seconds, at once when the
  // network comes back.
  retry() {
    this.source.close();
    if (this.ended) return;
    const wait = Math.min(500 * 2 ** this.tries++, longest) * (0.75 + Math.random() / 2);
    this.handlers.state('reconnecting', Math.round(wait / 1000));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), wait);
  }

  // An EventSource does not tell why it failed: ask whether the session is
  // over, or a conversation gone.
  async check() {
    try {
      const me = await this.ask('/api/me');
      if (me.status === 401) { this.end(); return; }
      if (me.ok && (await me.json()).user.id !== user) { this.end(); return; }
      if (this.tries > 1) await this.probe();
    } catch {
      this.retry();
      return;
    }
    if (!this.ended) this.connect();
  }

  ask(path) { return fetch(path, { headers: { Accept: 'application/json' } }); }

  async probe() {
    for (const thread of [...this.threads]) {
      const response = await this.ask(`/api/threads/${thread}`);
      if (response.status !== 404) continue;
      this.threads = this.threads.filter((other) => other !== thread);
      this.handlers.gone(thread);
    }
  }

  end() {
    this.close();
    this.handlers.state('ended', 0);
  }

  close() {
    this.ended = true;
    clearTimeout(this.timer);
    this.source?.close();
    removeEventListener('online', this.awake);
    removeEventListener('offline', this.asleep);
  }
}

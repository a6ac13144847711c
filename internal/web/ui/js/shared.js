// One connection for all tabs of a browser. The tab that holds a Web Lock leads:
// it has the connection and hands its events to the others. When it goes, the
// browser gives the lock to the next one, which goes on after the last event
// that it saw. Lock and channel carry the person's id: tabs of different
// people, from before and after a new sign-in, never meet.
import { user } from './person.js';
import { Source } from './source.js';

const name = `ba-events:${user}`;
const most = 50; // conversations on one connection, the server's limit
const remembered = 2000; // ids of events

export class Shared {
  constructor(thread, cursor, handlers) {
    this.tab = crypto.randomUUID();
    this.thread = thread;
    this.handlers = handlers;
    this.page = cursor; // what the page reflects
    this.last = cursor;
    this.seen = new Set([cursor]);
    this.settled = false; // nothing is missing between the page and what was heard
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.hear[data.kind]?.(data);
    this.leave = new AbortController();
    this.post('here', { tab: this.tab, thread });
    const held = new Promise((release) => { this.release = release; });
    navigator.locks.request(name, { signal: this.leave.signal }, () => {
      this.lead();
      return held;
    }).catch(() => {}); // left before it was its turn
  }

  post(kind, more = {}) { this.channel.postMessage({ kind, ...more }); }

  // What tabs tell one another. A leader does not hear itself.
  hear = {
    who: () => this.post('here', { tab: this.tab, thread: this.thread }),
    here: ({ tab, thread }) => this.join(tab, thread),
    left: ({ tab }) => this.tabs?.delete(tab),
    watching: (data) => this.compare(data),
    event: ({ event, data, id }) => this.take(event, data, id),
    state: ({ state, seconds }) => this.handlers.state(state, seconds),
    gone: ({ thread }) => { if (thread === this.thread) this.handlers.state('gone', 0); },
  };

  // compare tells whether the leader goes on where this tab stands. Where this
  // tab does not know the place, has only come, or its conversation was not
  // followed until now, something may be between: take what is stored.
  compare({ at, added, state }) {
    const known = this.settled && !added.includes(this.thread) ? this.seen.has(at) : at === this.page;
    this.settled = true;
    if (!known) this.restore(at);
    this.handlers.state(state, 0);
  }

  // restore takes what is stored, which holds all until the event named at.
  restore(at) {
    this.page = at;
    this.remember(at);
    this.handlers.resync();
  }

  take(event, data, id) {
    if (id && this.seen.has(id)) return;
    if (id) this.remember(id);
    this.handlers.event(event, data);
  }

  remember(id) {
    this.last = id;
    this.seen.add(id);
    if (this.seen.size > remembered) this.seen.delete(this.seen.values().next().value);
  }

  // lead asks who is there before it connects: a connection that follows all
  // conversations from the last event on leaves nothing out.
  lead() {
    this.tabs = new Map([[this.tab, this.thread]]);
    this.state = 'connecting';
    this.source = new Source({
      event: (event, data, id) => { this.post('event', { event, data, id }); this.take(event, data, id); },
      state: (state, seconds) => { this.state = state; this.post('state', { state, seconds }); this.handlers.state(state, seconds); },
      gone: (thread) => { this.post('gone', { thread }); this.hear.gone({ thread }); },
    });
    if (!this.settled && this.last !== this.page) this.restore(this.last); // it heard some events, and perhaps not all
    this.settled = true;
    this.post('who');
    this.gather();
  }

  join(tab, thread) {
    if (!this.source) return;
    this.tabs.set(tab, thread);
    this.gather();
  }

  // gather serves the tabs that have come. Tabs that come together cost one
  // new connection.
  gather() {
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => {
      const before = this.source.threads;
      const threads = [...new Set(this.tabs.values())].slice(-most);
      const added = before.length ? threads.filter((t) => !before.includes(t)) : [];
      const at = before.length ? this.source.last : this.last;
      if (added.length || !before.length) this.source.watch(threads, at);
      this.post('watching', { at, added, state: this.state });
    }, 50);
  }

  close() {
    this.post('left', { tab: this.tab });
    clearTimeout(this.gathering);
    this.source?.close();
    this.channel.close();
    this.leave.abort();
    this.release();
  }
}

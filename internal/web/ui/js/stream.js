// The events of a conversation, for its page. Tabs of one browser share a
// connection where the browser can choose one of them to have it (Web Locks
// need https or localhost); elsewhere each tab has its own.
//
// follow(thread, cursor, handlers)
//   handlers.event(name, data): in order, never twice; of other conversations too
//   handlers.state('live' | 'reconnecting' | 'ended' | 'gone', seconds)
//   handlers.resync(): take what is stored; what follows are events after it
import { user } from './person.js';
import { Shared } from './shared.js';
import { Source } from './source.js';

export function follow(thread, cursor, handlers) {
  const stream = begin(thread, cursor, handlers);
  addEventListener('pagehide', () => stream.close());
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); }); // from the browser's memory, as it was
}

function begin(thread, cursor, handlers) {
  if (user && navigator.locks && globalThis.BroadcastChannel) return new Shared(thread, cursor, handlers);
  const source = new Source({ ...handlers, gone: () => handlers.state('gone', 0) });
  source.watch([thread], cursor);
  return source;
}

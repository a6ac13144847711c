// One stream of events for a page. Whoever uses it knows open() only, so that a
// stream shared by all tabs of the browser can take this one's place.
//
// open(threads, cursor, handlers) -> { close, resync }
//   handlers.event(name, data): in order, never twice
//   handlers.state('live' | 'reconnecting' | 'ended', seconds)
const names = ['message', 'snapshot', 'block', 'delta', 'tool', 'citation', 'artifact', 'done', 'failure'];
const longest = 30000;

export function open(threads, cursor, handlers) {
  let source;
  let last = cursor;
  let tries = 0;
  let timer;
  let closed = false;

  function connect() {
    clearTimeout(timer);
    const query = new URLSearchParams({ threads: threads.join(','), render: 'html' });
    if (last) query.set('after', last);
    source = new EventSource(`/api/events?${query}`);
    source.onopen = () => { tries = 0; handlers.state('live', 0); };
    source.onerror = () => retry();
    for (const name of names) source.addEventListener(name, (event) => receive(name, event));
  }

  function receive(name, event) {
    if (event.lastEventId) last = event.lastEventId;
    handlers.event(name, JSON.parse(event.data));
  }

  // The browser's own reconnecting has no growing pause and gives up on an
  // HTTP error, so we do it: after 0.5, 1, 2, 4 ... seconds, at once when the
  // network comes back.
  async function retry() {
    source.close();
    if (closed) return;
    const wait = Math.min(500 * 2 ** tries++, longest) * (0.75 + Math.random() / 2);
    handlers.state('reconnecting', Math.round(wait / 1000));
    clearTimeout(timer);
    timer = setTimeout(check, wait);
  }

  // An EventSource does not tell why it failed: ask whether the session is over.
  async function check() {
    try {
      const response = await fetch('/api/me', { headers: { Accept: 'application/json' } });
      if (response.status === 401) return end();
    } catch {
      return retry();
    }
    if (!closed) connect();
  }

  function end() {
    close();
    handlers.state('ended', 0);
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    source?.close();
    removeEventListener('online', connect);
  }

  addEventListener('online', () => { if (!closed && source.readyState === EventSource.CLOSED) connect(); });
  addEventListener('pagehide', close);
  connect();
  return { close, resync() { source.close(); last = ''; connect(); } };
}

// Calls of the JSON API. A problem becomes an Error that holds the sentence for
// the person, whether a retry helps and when, and the request id.
export class Problem extends Error {
  constructor(problem) {
    super(problem.detail || problem.title || 'The request failed.');
    this.status = problem.status ?? 0;
    this.code = problem.code ?? 'network';
    this.retryAfter = problem.retry_after ?? 0;
    this.requestID = problem.request_id ?? '';
  }

  // passing reports whether the same request may succeed a little later.
  get passing() { return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500; }

  // sentence says the cause, the wait and how to name the failure to others.
  get sentence() {
    const wait = this.retryAfter ? ` Trying again helps in ${this.retryAfter} seconds.` : '';
    const id = this.requestID && this.status >= 500 ? ` (Request ${this.requestID})` : '';
    return this.message + wait + id;
  }
}

export async function call(method, path, body, more = {}) {
  const headers = { Accept: 'application/json', ...more.headers };
  const signal = more.timeout ? AbortSignal.timeout(more.timeout) : undefined;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem({ detail: 'The server cannot be reached. Check your connection; nothing was lost.' });
  }
  if (!response.ok) throw new Problem(await problemOf(response));
  try {
    return response.status === 204 ? null : await response.json();
  } catch {
    throw new Problem({ detail: 'The connection broke before the answer was complete; nothing was lost.' });
  }
}

export async function problemOf(response) {
  try {
    return { status: response.status, ...await response.json() };
  } catch {
    const wait = Number(response.headers.get('Retry-After')) || 0;
    return { status: response.status, detail: `The server answered ${response.status}. Try again in a moment.`, retry_after: wait };
  }
}

// newID returns a UUID version 7, so that ids sort by the time of their making.
export function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let i = 5; i >= 0; i--, ms = Math.floor(ms / 256)) bytes[i] = ms % 256;
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

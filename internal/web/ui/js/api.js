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

  // sentence says the cause, the wait and how to name the failure to others.
  get sentence() {
    const wait = this.retryAfter ? ` Trying again helps in ${this.retryAfter} seconds.` : '';
    const id = this.requestID && this.status >= 500 ? ` (Request ${this.requestID})` : '';
    return this.message + wait + id;
  }
}

export async function call(method, path, body) {
  const headers = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem({ detail: 'The server cannot be reached. Check your connection; nothing was lost.' });
  }
  if (response.ok) return response.status === 204 ? null : response.json();
  throw new Problem(await problemOf(response));
}

export async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return { status: response.status, detail: `The server answered ${response.status}. Try again in a moment.` };
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

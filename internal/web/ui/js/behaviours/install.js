// Registers the service worker, so that the workspace can be installed and says
// something without a network, and remembers whose messages it may tell of.
import { scriptURL } from '../html.js';
import { user } from '../person.js';

export const last = 'ba-person';

export default function install() {
  localStorage.setItem(last, user);
  navigator.serviceWorker?.register(scriptURL('/sw.js')).catch(() => {}); // none on plain http: everything else works
}

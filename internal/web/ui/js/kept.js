// What this browser keeps for a person until the server has it: messages in an
// IndexedDB, in the order in which they were written, each with its owner.
const table = 'outbox';
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open('ba', 1);
    request.onupgradeneeded = () => {
      const store = request.result.createObjectStore(table, { keyPath: 'n', autoIncrement: true });
      store.createIndex('user', 'user');
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null; };
      resolve(request.result);
    };
    request.onerror = () => { opened = null; reject(request.error); };
  });
  return opened;
}

// within runs one transaction. A write is reported when it is on the disk: a
// message that the box no longer shows must outlast the browser.
async function within(mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(table, mode, { durability: 'strict' });
    const request = work(transaction.objectStore(table));
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

// all returns a person's messages, the oldest first.
export function all(user) { return within('readonly', (store) => store.index('user').getAll(user)); }

// put stores a message: a new one at the end, one with a number in its place.
export function put(message) { return within('readwrite', (store) => store.put(message)); }

export function remove(n) { return within('readwrite', (store) => store.delete(n)); }

// clear removes all that is a person's.
export function clear(user) {
  return within('readwrite', (store) => {
    const request = store.index('user').openKeyCursor(IDBKeyRange.only(user));
    request.onsuccess = () => {
      if (!request.result) return;
      store.delete(request.result.primaryKey);
      request.result.continue();
    };
  });
}

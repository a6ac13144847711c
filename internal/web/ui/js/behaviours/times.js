// Keeps "5 min ago" true and shows the full time in the reader's own zone.
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

function words(then, now) {
  const minutes = Math.floor((now - then) / 60000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  if (minutes < 48 * 60) return 'yesterday';
  if (minutes < 7 * 24 * 60) return `${Math.floor(minutes / 1440)} days ago`;
  return short.format(then);
}

export default function times(root) {
  function refresh() {
    for (const element of root.querySelectorAll('time[datetime]')) {
      const then = new Date(element.dateTime);
      if (then.getUTCFullYear() < 2000) continue;
      element.title = full.format(then);
      const text = words(then, Date.now());
      if (element.textContent !== text) element.textContent = text;
    }
  }
  refresh();
  setInterval(refresh, 30000);
}

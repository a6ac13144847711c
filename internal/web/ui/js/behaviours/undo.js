// Takes a toast away when its time is over; the address no longer offers it.
export default function undo(toast) {
  const url = new URL(location.href);
  for (const name of ['deleted', 'forgotten', 'done']) url.searchParams.delete(name);
  history.replaceState(null, '', url);
  setTimeout(() => toast.remove(), toast.dataset.seconds * 1000);
}

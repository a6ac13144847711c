// Says things: to everybody in a toast, to screen readers alone by announce.
let timer;

export function announce(text) {
  const region = document.getElementById('announcer');
  if (region) region.textContent = text;
}

export function toast(text) {
  document.querySelector('.toast.transient')?.remove();
  const element = document.getElementById('toast').content.firstElementChild.cloneNode(true);
  element.classList.add('transient');
  element.textContent = text;
  document.body.append(element);
  clearTimeout(timer);
  timer = setTimeout(() => element.remove(), 6000);
}

// Single keys, while nobody is typing. They can be switched off in the sheet
// that "?" opens, since speech input and some keyboards trip over them.
const off = 'ba-keys-off';

export default function shortcuts() {
  const sheet = document.getElementById('keys');
  const on = sheet?.querySelector('input');
  if (on) {
    on.checked = !localStorage.getItem(off);
    on.addEventListener('change', () => { if (on.checked) localStorage.removeItem(off); else localStorage.setItem(off, '1'); });
  }
  const newest = (selector) => [...document.querySelectorAll(selector)].at(-1);
  const keys = {
    '?': () => sheet?.showModal(),
    '/': () => { const box = document.querySelector('input[type="search"]'); if (box) box.select(); else location.href = '/search'; },
    n: () => { const box = document.getElementById('ask'); if (box) box.focus(); else location.href = '/'; },
    e: () => newest('#turns > .said .edit')?.click(),
    c: () => newest('#turns > .answer [data-copy="rich"]')?.click(),
    r: () => newest('#turns > .answer form[action$="/retry"] button')?.click(),
    s: () => { const stop = document.getElementById('stop'); if (stop && !stop.hidden) stop.click(); },
    h: () => { location.href = '/'; },
    p: () => { location.href = '/projects'; },
    t: () => { location.href = '/threads'; },
  };
  addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable], dialog');
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!keys[event.key] || (localStorage.getItem(off) && event.key !== '?')) return;
    event.preventDefault();
    keys[event.key]();
  });
}

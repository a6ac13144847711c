// Shows a choice of colours at once and has the server remember it.
export default function theme(form) {
  form.addEventListener('change', () => {
    const data = new FormData(form);
    set('theme', data.get('mode'));
    set('contrast', data.get('contrast'));
    fetch(form.action, { method: 'POST', body: new URLSearchParams(data), redirect: 'manual' });
  });
}

function set(name, value) {
  if (value) document.documentElement.dataset[name] = value;
  else delete document.documentElement.dataset[name];
}

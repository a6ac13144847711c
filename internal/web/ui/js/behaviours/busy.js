// Shows that a form is on its way, and sends it once.
export default function busy(form) {
  form.addEventListener('submit', (event) => {
    const button = event.submitter ?? form.querySelector('button');
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    button?.setAttribute('aria-busy', 'true');
  });
  addEventListener('pageshow', () => {
    delete form.dataset.sent;
    form.querySelector('[aria-busy]')?.removeAttribute('aria-busy');
  });
}

// Asks before something is done that cannot be undone.
export default function confirmFirst(form) {
  form.addEventListener('submit', (event) => {
    if (!confirm(form.dataset.question)) event.preventDefault();
  });
}

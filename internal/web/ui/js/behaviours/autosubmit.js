// Sends a form when a choice in it changes.
export default function autosubmit(form) {
  form.addEventListener('change', (event) => {
    if (event.target.matches('select, input[type="radio"]')) form.requestSubmit();
  });
}

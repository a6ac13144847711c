// Sends a proposed question by the composer, so that it streams like any other.
export default function starters(form) {
  form.addEventListener('submit', (event) => {
    const composer = document.querySelector('form[data-thread]');
    if (!composer || !event.submitter) return;
    event.preventDefault();
    composer.elements.content.value = event.submitter.value;
    composer.requestSubmit();
  });
}

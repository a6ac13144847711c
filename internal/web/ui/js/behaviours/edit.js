// Takes a question back into the box, to be asked in other words. The old one
// and its answer stay, folded away.
export default function edit(button) {
  const article = button.closest('[data-message]');
  button.addEventListener('click', () => {
    const text = article.querySelector('.words').textContent;
    document.dispatchEvent(new CustomEvent('ba:edit', { detail: { text, replaces: article.dataset.message } }));
  });
}

// Adds, moves and removes the sections of an artifact that is edited. What
// changed is saved as the rest is, and is in the history.
export default function sections(button) {
  const form = button.closest('form');
  const list = form.querySelector('[data-sections]');
  const blank = form.querySelector('#new-section');
  const changed = () => form.dispatchEvent(new Event('input', { bubbles: true }));

  function added() {
    const key = `own-${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
    const field = blank.content.firstElementChild.cloneNode(true);
    for (const part of [field, ...field.querySelectorAll('*')]) {
      for (const { name, value } of [...part.attributes]) {
        if (value.includes('own-new')) part.setAttribute(name, value.replace('own-new', key));
      }
    }
    return field;
  }

  button.addEventListener('click', () => {
    const field = added();
    list.append(field);
    const title = field.querySelector('input.section-title');
    title.focus();
    title.select();
    changed();
  });

  list.addEventListener('click', (event) => {
    const move = event.target.closest('[data-move]');
    if (!move) return;
    const field = move.closest('[data-section]');
    switch (move.dataset.move) {
      case 'up': field.previousElementSibling?.before(field); break;
      case 'down': field.nextElementSibling?.after(field); break;
      default: {
        const title = field.querySelector('input.section-title').value;
        if (list.children.length < 2 || !confirm(`Remove the section “${title}”? It stays in the history.`)) return;
        (field.nextElementSibling ?? field.previousElementSibling).querySelector('textarea').focus();
        field.remove();
      }
    }
    if (field.isConnected) move.focus();
    changed();
  });
}

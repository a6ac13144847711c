// Adds an empty acceptance criterion whenever the last one gets its first letter.
export default function criteria(fieldset) {
  fieldset.querySelector('p.faint').textContent = 'An empty one is left out.';
  fieldset.addEventListener('input', () => {
    const all = fieldset.querySelectorAll('.criterion');
    const last = all[all.length - 1];
    if (all.length >= 50 || ![...last.querySelectorAll('textarea')].some((field) => field.value)) return;
    const next = last.cloneNode(true);
    for (const field of next.querySelectorAll('textarea')) {
      field.value = '';
      field.id = `${field.name}-${all.length + 1}`;
      field.previousElementSibling.htmlFor = field.id;
    }
    last.after(next);
  });
}

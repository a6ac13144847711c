// Chooses rows of a table and moves through them by key; tells the bar below
// how many are chosen.
export default function rows(form) {
  const ticks = () => [...form.querySelectorAll('tbody .tick input')];
  const all = form.querySelector('[data-all]');
  const bar = form.querySelector('.bulk');

  function tell() {
    const chosen = ticks().filter((tick) => tick.checked).length;
    if (!bar) return;
    bar.dataset.count = chosen;
    bar.querySelector('.chosen').textContent = chosen === 1 ? '1 chosen:' : `${chosen} chosen:`;
    all.checked = chosen > 0 && chosen === ticks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }

  all?.addEventListener('change', () => {
    for (const tick of ticks()) tick.checked = all.checked;
    tell();
  });
  form.addEventListener('change', tell);
  form.addEventListener('submit', (event) => {
    const question = event.submitter?.dataset.question;
    if (question && !confirm(question)) event.preventDefault();
  });

  const links = [...form.querySelectorAll('tbody .key a')];
  addEventListener('keydown', (event) => {
    if (event.target.closest?.('input:not([type="checkbox"]), textarea, select') || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = links.findIndex((link) => link.closest('tr').contains(document.activeElement));
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = links[at < 0 ? 0 : at + (event.key === 'ArrowDown' ? 1 : -1)];
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'x' && at >= 0) {
      const tick = links[at].closest('tr').querySelector('.tick input');
      if (!tick) return;
      tick.checked = !tick.checked;
      tell();
    }
  });
  tell();
}

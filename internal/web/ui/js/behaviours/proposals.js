// Proposals of a file: all or none of them at once, and how many are ticked.
export default function proposals(form) {
  const ticks = [...form.querySelectorAll('.tick input')];
  const usual = ticks.filter((tick) => !tick.closest('details'));
  const all = form.querySelector('[data-all]');
  const said = form.querySelector('[data-chosen]');
  const apply = form.querySelector('.savebar button');

  function tell() {
    const chosen = ticks.filter((tick) => tick.checked).length;
    const accepted = usual.filter((tick) => tick.checked).length;
    said.textContent = `${chosen} of ${ticks.length} accepted`;
    apply.textContent = chosen === 1 ? 'Apply 1 change' : `Apply ${chosen} changes`;
    apply.disabled = chosen === 0;
    all.checked = accepted > 0 && accepted === usual.length;
    all.indeterminate = accepted > 0 && !all.checked;
    for (const tick of ticks) tick.closest('.proposal').classList.toggle('left', !tick.checked && !tick.closest('details'));
  }

  all.disabled = usual.length === 0;
  all.addEventListener('change', () => {
    for (const tick of usual) tick.checked = all.checked;
    tell();
  });
  form.addEventListener('change', tell);
  tell();
}

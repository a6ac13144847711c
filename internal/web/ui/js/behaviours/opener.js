// A button that opens a dialog.
export default function opener(button) {
  const dialog = document.getElementById(button.dataset.opens);
  if (!dialog) return;
  const show = () => {
    button.closest('[popover]')?.hidePopover();
    if (dialog.open) dialog.close();
    dialog.showModal();
  };
  button.addEventListener('click', show);
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  if ('open' in button.dataset) show();
}

// Renames a conversation of a list in a dialog, and stays on the list.
export default function rename(link) {
  const dialog = document.getElementById('rename-thread');
  if (!dialog) return;
  link.addEventListener('click', (event) => {
    event.preventDefault();
    link.closest('[popover]')?.hidePopover();
    const form = dialog.querySelector('form:not([method="dialog"])');
    form.action = link.dataset.action;
    form.elements.title.value = link.dataset.title;
    dialog.showModal();
    form.elements.title.select();
  });
}

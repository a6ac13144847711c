// "/" goes to the search, or into it where it is on the page.
export default function shortcuts() {
  addEventListener('keydown', (event) => {
    const typing = event.target.closest?.('input, textarea, select, [contenteditable]');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const box = document.querySelector('input[type="search"]');
    if (box) box.select();
    else location.href = '/search';
  });
}

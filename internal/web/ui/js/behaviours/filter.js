// Shows only the items of a list that hold the words, while one types them.
export default function filter(form) {
  const list = document.getElementById(form.dataset.filters);
  const none = document.getElementById(`${form.dataset.filters}-none`);
  const box = form.querySelector('input[type="search"]');
  if (!list || box.value) return; // the server has filtered: what is left out is not here
  box.addEventListener('input', () => {
    const words = box.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const item of list.children) {
      const text = `${item.querySelector('.item-title').textContent} ${item.querySelector('.item-meta').textContent}`.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown++;
    }
    list.hidden = shown === 0;
    none.hidden = shown > 0;
  });
}

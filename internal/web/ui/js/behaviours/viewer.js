// Goes to the cited place and marks the exact words, which come in the
// fragment of the address and so never reach a server or a log.
export default function viewer(article) {
  const first = article.querySelector('#cited');
  if (!first) return;
  const quote = new URLSearchParams(location.hash.slice(1)).get('quote');
  if (quote) for (const element of article.querySelectorAll('.cited')) if (mark(element, fold(quote))) break;
  requestAnimationFrame(() => {
    (article.querySelector('.cited mark') ?? first).scrollIntoView({ block: 'center' });
    first.focus({ preventScroll: true });
  });
}

function fold(text) { return text.replace(/\s+/g, ' ').trim(); }

// mark wraps the quote where it lies within one text node.
function mark(element, quote) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const at = node.data.indexOf(quote);
    if (at < 0) continue;
    const range = new Range();
    range.setStart(node, at);
    range.setEnd(node, at + quote.length);
    range.surroundContents(document.createElement('mark'));
    return true;
  }
  return false;
}

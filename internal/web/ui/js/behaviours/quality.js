// Shows the weaknesses of a statement while it is written. The page holds those
// of the stored one; where the check does not answer, they stay.
import { call } from '../api.js';

const pause = 350; // of typing, in milliseconds

export default function quality(element) {
  const field = document.getElementById(element.dataset.of);
  const list = element.querySelector('[data-list]');
  const none = element.querySelector('[data-none]');
  const template = element.querySelector('[data-finding]');
  const waived = new Set([...element.querySelector('[data-waived]').content.children].map((mark) => mark.dataset.rule));
  let timer = 0;
  let asked = 0;

  async function check() {
    const text = field.value;
    const turn = ++asked;
    let names;
    let found;
    try {
      [found, names] = await Promise.all([call('POST', '/api/lint', { text }), ruleNames()]);
    } catch {
      return;
    }
    if (turn === asked) show(text, found.items.filter((finding) => !waived.has(finding.rule)), names);
  }

  function show(text, findings, names) {
    const letters = [...text];
    list.replaceChildren(...findings.map((finding) => {
      const item = template.content.firstElementChild.cloneNode(true);
      item.querySelector('strong').textContent = names.get(finding.rule) ?? finding.rule;
      item.querySelector('q').textContent = letters.slice(finding.start, finding.end).join('');
      item.querySelector('.why').textContent = finding.reason;
      item.querySelector('.fix').textContent = finding.suggestion;
      return item;
    }));
    none.hidden = findings.length > 0;
    if (!findings.length) none.textContent = text.trim() ? 'No weakness found.' : 'Weak wording is pointed out while you write.';
  }

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(check, pause);
  });
}

let rules;

async function ruleNames() {
  rules ??= call('GET', '/api/lint/rules').then((answer) => new Map(answer.items.map((rule) => [rule.id, rule.name])));
  return rules;
}

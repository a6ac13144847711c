// The messages of a conversation on its page.
import { Answer } from './answer.js';
import { fetchPart } from './html.js';
import { bind } from './main.js';
import { announce } from './tell.js';

export class Turns {
  // changed is called when the conversation has grown; true where a person did it.
  constructor(root, changed) {
    this.root = root;
    this.list = root.querySelector('.turns');
    this.thread = root.dataset.thread;
    this.changed = changed;
    this.read();
  }

  // read takes the page as the server wrote it.
  read() {
    this.answers = new Map();
    for (const article of this.list.querySelectorAll('.answer')) this.answers.set(article.dataset.message, new Answer(article));
  }

  get running() { return [...this.answers.values()].filter((answer) => answer.running); }

  find(id) { return this.list.querySelector(`[data-message="${CSS.escape(id)}"]`); }

  // show puts a message on the page where it is not yet.
  show(message) {
    const found = this.find(message.id);
    if (found) return found;
    this.list.querySelector('.begin')?.remove();
    this.root.querySelector(`[data-waiting="${CSS.escape(message.id)}"]`)?.remove();
    const article = message.role === 'user' ? this.question(message) : this.answer(message);
    bind(article);
    this.changed(message.role === 'user');
    return article;
  }

  question(message) {
    const article = this.blank('mine', message);
    article.querySelector('.words').textContent = message.text ?? message.content ?? '';
    const replaced = message.replaces && this.find(message.replaces);
    this.list.append(article);
    if (replaced?.parentElement === this.list) this.fold(replaced, article, 'Earlier version');
    return article;
  }

  // answer puts an answer where the one stood that it goes on with, or under
  // those to the same question, which are folded away.
  answer(message) {
    const article = this.blank('answer', message);
    const turn = message.turn ?? {};
    article.dataset.turn = message.turn_id ?? turn.id ?? '';
    article.dataset.question = turn.question_id ?? '';
    const continued = turn.continues && this.list.querySelector(`.answer[data-turn="${CSS.escape(turn.continues)}"]`);
    const asked = turn.question_id && this.find(turn.question_id);
    const place = asked?.parentElement ?? this.list;
    const before = asked && place.querySelector(`:scope > .answer[data-question="${CSS.escape(turn.question_id)}"]`);
    if (continued) {
      this.answers.delete(continued.dataset.message);
      continued.replaceWith(article);
    } else if (before) {
      this.fold(before, before.nextSibling, 'Earlier answer').after(article);
    } else if (asked) {
      asked.after(article);
    } else {
      this.list.append(article);
    }
    this.answers.set(message.id, new Answer(article));
    return article;
  }

  blank(kind, message) {
    const article = this.root.querySelector(`#message-${kind}`).content.firstElementChild.cloneNode(true);
    article.id = `m-${message.id}`;
    article.dataset.message = message.id;
    return article;
  }

  // fold puts what stands from first to before end into a part that opens.
  fold(first, end, words) {
    const part = this.root.querySelector('#earlier').content.firstElementChild.cloneNode(true);
    part.querySelector('span').textContent = words;
    first.before(part);
    while (part.nextSibling && part.nextSibling !== end) part.append(part.nextSibling);
    return part;
  }

  // finish takes the server's own rendering of an answer that has ended: it is
  // what is stored, with its sources and what can be done next.
  async finish(id) {
    const old = this.answers.get(id)?.article;
    if (!old) return;
    try {
      const article = (await fetchPart(`/threads/${this.thread}/messages/${id}`)).querySelector('.answer');
      if (!old.isConnected) return;
      old.replaceWith(article);
      this.answers.set(id, new Answer(article));
      bind(article);
    } catch (error) {
      if (error.message === '404') return; // deleted meanwhile
      this.answers.get(id)?.say('Getting the end of this answer…');
      setTimeout(() => this.finish(id), 2000);
      return;
    }
    this.changed(false);
    announce('The answer is complete.');
  }

  // reload takes the whole conversation as it is stored.
  async reload() {
    const page = await fetchPart(location.pathname + location.search);
    const fresh = page.querySelector('.turns');
    if (!fresh) return;
    this.list.replaceChildren(...fresh.childNodes);
    this.read();
    bind(this.list);
    this.changed(false);
  }
}

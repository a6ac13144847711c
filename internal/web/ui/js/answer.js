// One answer on the page while it grows.
import { setHTML } from './html.js';
import { announce } from './tell.js';

export class Answer {
  constructor(article) {
    this.article = article;
    this.prose = article.querySelector('.prose');
    this.thinking = article.querySelector('.thinking');
    this.text = article.querySelector('.actions template')?.content.textContent ?? null;
  }

  get state() { return this.article.dataset.state; }
  set state(state) {
    this.article.dataset.state = state;
    this.thinking.hidden = !this.running;
  }

  get running() { return this.state === 'queued' || this.state === 'streaming'; }

  // block puts the HTML of one block in its place; empty HTML takes it away.
  block(index, html) {
    while (this.prose.children.length <= index) {
      const block = document.createElement('div');
      block.className = 'block';
      block.dataset.block = this.prose.children.length;
      this.prose.append(block);
    }
    setHTML(this.prose.children[index], html);
    this.say('Writing…');
    if (this.state === 'queued') this.state = 'streaming';
  }

  clear() { this.prose.replaceChildren(); }

  // by says who answers in place of whom was asked.
  by(name, why) {
    this.article.querySelector('header strong').textContent = name;
    const note = this.article.querySelector('header .instead') ?? document.createElement('span');
    note.className = 'instead faint';
    note.textContent = why;
    this.article.querySelector('header').append(note);
    announce(why);
  }

  say(words) { this.thinking.textContent = words; }
}

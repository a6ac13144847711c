// Saves what was changed by hand a moment after it was. Where somebody else
// changed the artifact meanwhile, nothing is stored over theirs until the
// person has decided, and nothing of the person's is lost.
import { Problem, call } from '../api.js';

const pause = 1200;

export default function autosave(form) {
  const path = `/api/artifacts/${form.dataset.artifact}`;
  const state = form.querySelector('#save-state');
  const conflict = form.querySelector('#edit-conflict');
  const fields = () => [...form.querySelectorAll('textarea[data-key], input[data-title], #artifact-title')];
  const order = () => [...form.querySelectorAll('[data-section]')].map((field) => field.dataset.section);
  const stored = new Map(fields().map((field) => [field, field.value]));
  let arranged = order().join();
  let revision = Number(form.dataset.revision);
  let timer;
  let saving = null;

  const dirty = () => fields().filter((field) => field.value !== stored.get(field));
  const unsaved = () => dirty().length > 0 || moved();
  const moved = () => order().join() !== arranged;
  const tell = (text) => { state.textContent = text; };

  function change(changed) {
    const body = { revision, sections: [] };
    const section = (key) => {
      let found = body.sections.find((one) => one.key === key);
      if (!found) body.sections.push(found = { key });
      return found;
    };
    for (const field of changed) {
      if (field.dataset.key) section(field.dataset.key).text = field.value;
      else if (field.dataset.title) section(field.dataset.title).title = field.value;
      else body.title = field.value;
    }
    if (moved()) body.order = order();
    return body;
  }

  async function save() {
    clearTimeout(timer);
    if (saving || !conflict.hidden) return saving;
    const changed = dirty().filter((field) => field.checkValidity());
    if (changed.length === 0 && !moved()) return null;
    const values = changed.map((field) => field.value);
    const now = order().join();
    tell('Saving…');
    saving = call('PATCH', path, change(changed)).then((saved) => {
      revision = saved.revision;
      form.elements.revision.value = revision;
      changed.forEach((field, i) => stored.set(field, values[i]));
      arranged = now;
      tell(`Saved in version ${saved.version}.`);
    }).catch(fail).finally(() => {
      saving = null;
      if (conflict.hidden && unsaved()) timer = setTimeout(save, pause);
    });
    return saving;
  }

  function fail(error) {
    if (error instanceof Problem && error.code === 'artifact_changed') {
      conflict.querySelector('p').textContent = error.message;
      conflict.hidden = false;
      conflict.scrollIntoView({ block: 'nearest' });
    }
    tell(`Not saved. ${error instanceof Problem ? error.sentence : 'Try again.'}`);
  }

  // Knowing theirs, the person saves over it: the next version holds both in
  // the history.
  form.querySelector('#keep-mine').addEventListener('click', async () => {
    try {
      ({ revision } = await call('GET', path));
      conflict.hidden = true;
      await save();
    } catch (error) { fail(error); }
  });

  form.addEventListener('input', () => {
    clearTimeout(timer);
    tell('Not saved yet.');
    timer = setTimeout(save, pause);
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    await saving;
    await save();
    if (!unsaved()) location.assign(form.querySelector('.savebar a').href);
  });
  addEventListener('beforeunload', (event) => { if (unsaved()) event.preventDefault(); });
}

// Uploads files one after the other with their real progress; they are chosen,
// dropped anywhere on the page, or pasted.
import { announce } from '../tell.js';

export default function upload(form) {
  const input = form.querySelector('input[type="file"]');
  const list = document.getElementById('uploads');
  const blank = document.getElementById('upload-item');
  const limit = form.dataset.limit;
  const queue = [];
  let busy = false;

  function add(files) {
    for (const file of files) queue.push({ file, item: entry(file) });
    if (!busy) next();
  }

  function entry(file) {
    const item = blank.content.firstElementChild.cloneNode(true);
    item.querySelector('.item-title').textContent = file.name;
    item.querySelector('.glyph').textContent = (file.name.split('.').pop() ?? '').slice(0, 4).toUpperCase();
    list.append(item);
    list.hidden = false;
    say(item, `Waiting, ${size(file.size)}`);
    return item;
  }

  async function next() {
    const job = queue.shift();
    busy = Boolean(job);
    if (!job) return;
    if (job.file.size > bytes(limit)) refuse(job.item, `Larger than ${limit}, which is the limit. Split the file or make it smaller.`);
    else if (!job.file.size) refuse(job.item, 'The file is empty.');
    else await send(job);
    next();
  }

  function send({ file, item }) {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      const bar = item.querySelector('progress');
      item.querySelector('button').onclick = () => request.abort();
      request.upload.onprogress = (event) => {
        if (!event.lengthComputable) return;
        const percent = Math.floor((event.loaded / event.total) * 100);
        bar.value = percent;
        say(item, percent < 100 ? `${percent} % of ${size(event.total)}` : 'Storing…');
      };
      request.onload = () => {
        if (request.status === 201) done(item, file);
        else refuse(item, sentence(request));
        resolve();
      };
      request.onerror = () => { refuse(item, 'The connection broke. Choose the file again.'); resolve(); };
      request.onabort = () => { refuse(item, 'Cancelled.'); resolve(); };
      const body = new FormData();
      body.append('file', file);
      request.open('POST', `/api/projects/${form.dataset.project}/documents`);
      request.setRequestHeader('Accept', 'application/json');
      request.send(body);
    });
  }

  function done(item, file) {
    item.remove();
    list.hidden = !list.children.length;
    announce(`${file.name} is uploaded and now being read.`);
    document.getElementById('documents').dispatchEvent(new CustomEvent('ba:refresh'));
  }

  function refuse(item, words) {
    item.querySelector('progress').remove();
    say(item, words);
    item.querySelector('.state').classList.add('reason', 'bad');
    const button = item.querySelector('button');
    button.setAttribute('aria-label', 'Dismiss');
    button.onclick = () => { item.remove(); list.hidden = !list.children.length; };
    announce(words);
  }

  input.addEventListener('change', () => { add(input.files); input.value = ''; });
  addEventListener('paste', (event) => { if (event.clipboardData?.files.length) add(event.clipboardData.files); });
  addEventListener('dragover', (event) => {
    if (!event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault();
    form.classList.add('over');
  });
  addEventListener('dragleave', (event) => { if (!event.relatedTarget) form.classList.remove('over'); });
  addEventListener('drop', (event) => {
    form.classList.remove('over');
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    add(event.dataTransfer.files);
  });
}

function say(item, words) { item.querySelector('.state').textContent = words; }

function size(n) { return n >= 1e6 ? `${(n / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(n / 1e3))} kB`; }

function bytes(limit) { return parseFloat(limit) * (limit.endsWith('MB') ? 1e6 : 1e3); }

function sentence(request) {
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return `The server answered ${request.status}. Try again in a moment.`;
  }
}

// The verify page: takes files that the reader chooses or drops, hands them to proof.js, and says
// what it found. Nothing leaves the page; its policy forbids every connection.
'use strict';
(() => {
  const by = id => document.getElementById(id);
  const chosen = {proof: new Map(), folder: new Map(), keys: null, from: null};
  let language = new URLSearchParams(location.search).get('lang') ||
                 (location.pathname.includes('/es/') || navigator.language.startsWith('es') ? 'es' : 'en');
  let last = null;  // what the answer says, to say it again in the other language

  const say = (key, values = {}) =>
    (habeasWords[language][key] || key).replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

  function speak() {
    document.documentElement.lang = language;
    document.title = say('page');
    for (const element of document.querySelectorAll('[data-word]'))
      if (element.id !== 'answer' || !last) element.textContent = say(element.dataset.word);
    by('language').textContent = say('language');
    by('language').lang = language === 'en' ? 'es' : 'en';
    if (last) show(last);
  }

  // ---- files -----------------------------------------------------------------------------------
  const bytesOf = async file => new Uint8Array(await file.arrayBuffer());

  async function takeFolder(files) {  // paths below the folder itself
    chosen.folder = new Map();
    chosen.proof = new Map();
    for (const [path, file] of files) {
      const inside = path.split('/').slice(1).join('/');
      if (inside === 'checkpoint' || inside.startsWith('tile/')) chosen.folder.set(inside, await bytesOf(file));
    }
  }
  async function takeProof(files) {
    chosen.proof = new Map();
    chosen.folder = new Map();
    for (const file of files)
      chosen.proof.set(file.name.endsWith('.entry') ? 'entry' : 'proof', await bytesOf(file));
  }

  function walk(entry, path, out) {
    return new Promise((done, fail) => {
      if (entry.isFile) {
        entry.file(file => { out.push([path + entry.name, file]); done(); }, fail);
        return;
      }
      const reader = entry.createReader();
      const next = () => reader.readEntries(async some => {
        if (some.length === 0) return done();
        for (const one of some) await walk(one, `${path}${entry.name}/`, out);
        next();
      }, fail);
      next();
    });
  }
  async function drop(event) {
    event.preventDefault();
    const entries = [...event.dataTransfer.items].map(item => item.webkitGetAsEntry()).filter(e => e);
    const files = [];
    for (const entry of entries) await walk(entry, '', files);
    if (entries.some(entry => entry.isDirectory)) await takeFolder(files);
    else await takeProof(files.map(([, file]) => file));
    by('drop').textContent = say('chosen', {name: entries.map(entry => entry.name).join(', ')});
  }

  async function showKeys() {
    const list = by('fingerprints').querySelector('ul');
    list.textContent = '';
    try {
      const policy = await habeasProof.readPolicy(chosen.keys);
      const keys = [...policy.logs, ...[...policy.parts.values()].filter(p => p.key).map(p => p.key)];
      for (const key of keys) {
        const item = document.createElement('li'), code = document.createElement('code');
        code.textContent = habeasProof.hex(key.bytes).replace(/(.{4})(?=.)/g, '$1 ');
        item.append(`${key.name} `, code);
        list.append(item);
      }
    } catch (error) {
      if (!(error instanceof habeasProof.Refused)) throw error;
    }
    by('fingerprints').hidden = list.children.length === 0;
  }

  // ---- answer ----------------------------------------------------------------------------------
  function why(code) {
    const [kind, ...detail] = code.split(':');
    return say(`why-${kind}`, {detail: detail.join(':')});
  }
  function sentence(found) {
    if (found.holds === null) return say('refused', {why: found.said ? say(found.said) : why(found.why)});
    if (found.holds === false) return say('altered', {i: found.entry, why: why(found.why)});
    const c = found.checkpoint;
    const values = {n: c.size, k: c.cosigned, q: c.witnesses, i: found.entry};
    return `${say(found.entry === null ? 'holds-export' : 'holds-proof', values)} ` +
           say(c.isWitnessed ? 'witnessed' : 'not-witnessed');
  }
  function show(found) {
    last = found;
    const answer = by('answer'), body = by('steps').tBodies[0];
    answer.textContent = sentence(found);
    answer.className = `answer ${found.holds === true ? 'holds' : found.holds === false ? 'altered' : ''}`;
    body.textContent = '';
    for (const step of found.steps) {
      const row = body.insertRow(), head = document.createElement('th');
      head.scope = 'row';
      head.textContent = say(`step-${step.name}`);
      row.append(head);
      row.insertCell().textContent = step.value;
    }
    by('steps').hidden = found.steps.length === 0;
  }

  function tick(done, all) {
    by('progress').textContent = say('working', {done, all});
  }
  async function check() {
    const none = said => ({holds: null, steps: [], said});
    if (!chosen.keys) return none('no-keys');
    if (chosen.proof.has('proof') && chosen.proof.has('entry'))
      return habeasProof.checkProof(chosen.proof.get('proof'), chosen.proof.get('entry'), chosen.keys);
    if (chosen.folder.size > 0)
      return habeasProof.checkExport(chosen.folder, chosen.keys, chosen.from, tick);
    return none('no-files');
  }

  by('proof').addEventListener('change', event => takeProof(event.target.files));
  by('folder').addEventListener('change', event =>
    takeFolder([...event.target.files].map(file => [file.webkitRelativePath, file])));
  by('keys').addEventListener('change', async event => {
    chosen.keys = event.target.files.length ? await bytesOf(event.target.files[0]) : null;
    await showKeys();
  });
  by('from').addEventListener('change', async event => {
    chosen.from = event.target.files.length ? await bytesOf(event.target.files[0]) : null;
  });
  by('drop').addEventListener('dragover', event => event.preventDefault());
  by('drop').addEventListener('drop', drop);
  by('check').addEventListener('submit', async event => {
    event.preventDefault();
    show(await check());
    by('progress').textContent = '';
    by('answer').focus();
  });
  by('language').addEventListener('click', () => {
    language = language === 'en' ? 'es' : 'en';
    speak();
  });
  speak();
})();

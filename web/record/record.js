// Signs the lines that the page shows with a key file the officer chooses. The key is read in this
// browser and goes nowhere: only salts and signature enter the form, and nothing is sent until the
// officer presses Record. The same bytes as `habeas register sign` (src/register/event.c): a signature
// is over SHA-256 of the commitments of the fields, in the order of their names.
'use strict';
(function (exports) {
  const utf8 = string => new TextEncoder().encode(string);
  const base64 = bytes => btoa(String.fromCharCode(...bytes));
  const bytesOf = string => Uint8Array.from(atob(string), c => c.charCodeAt(0));
  const subtle = () => exports.subtle || globalThis.crypto.subtle;
  const random = n => (exports.random || (k => globalThis.crypto.getRandomValues(new Uint8Array(k))))(n);

  // "PRIVATE+KEY+NAME+hex8+BASE64(type 1, seed)"
  function readKey(text) {
    const found = /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
    const bytes = found && bytesOf(found[3]);
    if (!bytes || bytes.length !== 33 || bytes[0] !== 1) return null;
    return {name: found[1], id: found[2], seed: bytes.slice(1)};
  }

  async function commit(name, salt, value) {
    if (typeof value !== 'string' && !Number.isSafeInteger(value)) throw new Error(name);
    const key = await subtle().importKey('raw', salt, {name: 'HMAC', hash: 'SHA-256'}, false, ['sign']);
    const text = utf8(`habeas/commit/v1\nevent.${name}\n${JSON.stringify(value)}`);
    return new Uint8Array(await subtle().sign('HMAC', key, text));
  }

  async function sign(origin, text, key) {
    const line = JSON.parse(text), isSigned = 'fields' in line;
    const event = isSigned ? line : {fields: line, salts: {}, signatures: []};
    const names = Object.keys(event.fields).sort();
    const all = new Uint8Array(names.length * 32);
    for (const [i, name] of names.entries()) {
      if (!isSigned) event.salts[name] = base64(random(32));
      all.set(await commit(name, bytesOf(event.salts[name]), event.fields[name]), i * 32);
    }
    const root = new Uint8Array(await subtle().digest('SHA-256', all));
    const pkcs8 = new Uint8Array(48);  // RFC 8410 section 7
    pkcs8.set([0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20]);
    pkcs8.set(key.seed, 16);
    const secret = await subtle().importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
    const message = utf8(`habeas/event/v1\n${origin}\n${base64(root)}\n`);
    const signature = new Uint8Array(await subtle().sign('Ed25519', secret, message));
    event.signatures.push({key: `${key.name}+${key.id}`, signature: base64(signature)});
    return JSON.stringify(event);
  }

  exports.readKey = readKey;
  exports.sign = sign;
  if (typeof document === 'undefined') return;

  const by = id => document.getElementById(id);
  const here = by('sign-here'), said = by('sign-said');
  async function hasEd25519() {
    try {
      await subtle().generateKey('Ed25519', false, ['sign', 'verify']);
      return true;
    } catch { return false; }
  }
  async function take(file) {
    const key = readKey(await file.text());
    if (!key) return here.dataset.wrongKey;
    const out = [];
    for (const text of by('lines').value.split('\n').filter(line => line.trim())) {
      const line = JSON.parse(text), isSigned = 'fields' in line;
      const authority = (isSigned ? line.fields : line).authority;
      if (!isSigned && key.name !== authority && !key.name.startsWith(`${authority}/`)) return here.dataset.otherAuthority;
      out.push(await sign(here.dataset.origin, text, key));
    }
    by('signed-text').value = out.join('\n');
    return here.dataset.signed;
  }
  hasEd25519().then(has => {
    here.hidden = !has;
    by('key').addEventListener('change', async event => {
      if (event.target.files.length) said.textContent = await take(event.target.files[0]);
    });
  });
})(typeof module === 'undefined' ? globalThis.habeasRecord = {} : module.exports);

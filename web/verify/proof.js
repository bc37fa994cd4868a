// What an outsider needs to check a register in a browser, without trusting the server that sent
// this page: signed notes, checkpoints, cosignatures, policies, tiles and proofs of C2SP, the tree
// of RFC 9162, on WebCrypto alone. The same steps and the same refusals as the program
// habeas-verify (src/proof, src/verify-export). No network, no storage, no person.
//
// habeasProof.checkProof(files, keys, from) and .checkExport(...) return
//   {holds: true|false|null, steps: [{name, value, ok}], ...}: null means it could not be checked,
// which is never "unaltered". `files` is a Map from a path to its bytes (Uint8Array).
'use strict';
(function (exports) {
  const TILE = 256, MAX_SIGNERS = 100;
  const text = bytes => new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  const utf8 = string => new TextEncoder().encode(string);
  const subtle = () => exports.subtle || globalThis.crypto.subtle;

  // What was read is not what it should be; nothing is then said about the register itself.
  class Refused extends Error {}
  // The register is not what was signed.
  class Altered extends Error {
    constructor(why, entry) { super(why); this.entry = entry; }
  }

  // ---- bytes -----------------------------------------------------------------------------------
  function join(...parts) {
    const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of parts) { out.set(p, at); at += p.length; }
    return out;
  }
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const hex = bytes => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
  // Strict: padding, no spare bits, nothing else (RFC 4648 section 3.5).
  function base64(string) {
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(string) || !string)
      return null;
    const bytes = Uint8Array.from(atob(string), c => c.charCodeAt(0));
    return btoa(String.fromCharCode(...bytes)) === string ? bytes : null;
  }
  const sha256 = async bytes => new Uint8Array(await subtle().digest('SHA-256', bytes));
  // Decimal, no leading zero; sizes stay below 2^53, where numbers are exact.
  function whole(string) {
    if (!/^(0|[1-9][0-9]*)$/.test(string)) return null;
    const value = Number(string);
    return Number.isSafeInteger(value) ? value : null;
  }

  // ---- the tree (RFC 9162 section 2.1) -----------------------------------------------------------
  const leaf = entry => sha256(join(Uint8Array.of(0), entry));
  const node = (left, right) => sha256(join(Uint8Array.of(1), left, right));

  // Section 2.1.3.2. False for an index past the size, a proof too long or too short, another root.
  async function checkInclusion(index, size, hash, proof, root) {
    if (index >= size) return false;
    let fn = index, sn = size - 1, r = hash;
    const half = n => Math.floor(n / 2);
    for (const p of proof) {
      if (sn === 0 || p.length !== 32) return false;
      if (fn % 2 === 1 || fn === sn) {
        r = await node(p, r);
        while (fn % 2 === 0 && fn !== 0) { fn = half(fn); sn = half(sn); }
      } else {
        r = await node(r, p);
      }
      fn = half(fn);
      sn = half(sn);
    }
    return sn === 0 && same(r, root);
  }

  // A root from leaf hashes in their order: complete subtrees, the largest first.
  class Growing {
    constructor() { this.n = 0; this.complete = []; }
    async grow(hash) {
      for (let n = this.n; n % 2 === 1; n = (n - 1) / 2) hash = await node(this.complete.pop(), hash);
      this.complete.push(hash);
      this.n++;
    }
    async root() {
      if (this.n === 0) return sha256(new Uint8Array());
      let root = this.complete[this.complete.length - 1];
      for (let i = this.complete.length - 2; i >= 0; i--) root = await node(this.complete[i], root);
      return root;
    }
  }

  // ---- keys and notes (C2SP signed-note, tlog-cosignature) ---------------------------------------
  const LOG_KEY = 1, WITNESS_KEY = 4;
  const isName = name => name !== '' && !/[\u0000-\u0020+\u007f]/.test(name);

  // NAME+hex8+BASE64; null for another form, another type, or an id that does not follow from it.
  async function readKey(vkey) {
    const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
    const bytes = parts && base64(parts[3]);
    if (!bytes || !isName(parts[1]) || bytes.length !== 33) return null;
    if (bytes[0] !== LOG_KEY && bytes[0] !== WITNESS_KEY) return null;
    const id = (await sha256(join(utf8(parts[1] + '\n'), bytes))).slice(0, 4);
    if (hex(id) !== parts[2]) return null;
    return {name: parts[1], id: parts[2], type: bytes[0], bytes: bytes.slice(1)};
  }

  async function isSigned(key, message, signature) {
    let known;
    try {
      known = await subtle().importKey('raw', key.bytes, {name: 'Ed25519'}, false, ['verify']);
    } catch (error) {
      if (error.name === 'NotSupportedError') throw new Refused('no-ed25519');
      return false;
    }
    return subtle().verify({name: 'Ed25519'}, known, signature, message);
  }

  async function checkSignature(body, key, bytes) {
    if (key.type === LOG_KEY) return bytes.length === 64 && isSigned(key, body, bytes);
    if (bytes.length !== 72) return false;
    const time = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0);
    if (time >> 63n) return false;
    return isSigned(key, join(utf8(`cosignature/v1\ntime ${time}\n`), body), bytes.slice(8));
  }

  // {text, signers}: lines of unknown keys are passed over; a known key that fails refuses the whole.
  async function openNote(bytes, keys) {
    let note;
    try { note = text(bytes); } catch { throw new Refused('bad-note'); }
    const end = note.lastIndexOf('\n\n');
    if (!note.endsWith('\n') || end < 1 || end + 2 >= note.length ||
        /[\u0000-\u0009\u000b-\u001f\u007f]/.test(note)) throw new Refused('bad-note');
    const body = utf8(note.slice(0, end + 1)), signers = [];
    const lines = note.slice(end + 2, -1).split('\n');
    if (lines.length > MAX_SIGNERS) throw new Refused('bad-note');
    for (const line of lines) {
      const parts = /^\u2014 ([^ ]+) (.+)$/.exec(line);
      const signed = parts && base64(parts[2]);
      if (!signed || !isName(parts[1]) || signed.length <= 4) throw new Refused('bad-note');
      const id = hex(signed.slice(0, 4));
      const key = keys.find(k => k.id === id && k.name === parts[1]);
      if (!key) continue;
      if (!await checkSignature(body, key, signed.slice(4))) throw new Refused('bad-signature');
      signers.push(key);
    }
    if (signers.length === 0) throw new Refused('unknown-keys');
    return {text: note.slice(0, end + 1), signers};
  }

  function readCheckpoint(body) {
    const lines = body.slice(0, -1).split('\n');
    const size = lines.length >= 3 ? whole(lines[1]) : null;
    const root = size === null ? null : base64(lines[2]);
    if (!root || root.length !== 32 || !lines[0] || lines[0].includes('\r') ||
        lines.slice(3).includes('')) throw new Refused('bad-checkpoint');
    return {origin: lines[0], size, root};
  }

  // ---- policy (C2SP tlog-policy) -----------------------------------------------------------------
  async function readPolicy(bytes) {
    const policy = {logs: [], parts: new Map(), quorum: null};
    const refuse = n => { throw new Refused(`bad-policy:${n}`); };
    let said;
    try { said = text(bytes); } catch { refuse(0); }
    for (const [i, line] of said.split('\n').entries()) {
      const words = line.trim().split(/[ \t]+/);
      if (words[0] === '' || words[0].startsWith('#')) continue;
      if (words[0] === 'log') {
        const key = await readKey(words[1] || '');
        if (!key || key.type !== LOG_KEY) refuse(i + 1);
        policy.logs.push(key);
      } else if (words[0] === 'witness') {
        const key = await readKey(words[2] || '');
        if (!words[1] || policy.parts.has(words[1]) || !key || key.type !== WITNESS_KEY) refuse(i + 1);
        for (const part of policy.parts.values())
          if (part.key && same(part.key.bytes, key.bytes)) refuse(i + 1);
        policy.parts.set(words[1], {key});
      } else if (words[0] === 'group') {
        const members = words.slice(3);
        const wanted = words[2] === 'any' ? 1 : words[2] === 'all' ? members.length : whole(words[2] || '');
        if (!words[1] || policy.parts.has(words[1]) || !wanted || wanted > members.length ||
            new Set(members).size !== members.length ||
            !members.every(m => policy.parts.has(m))) refuse(i + 1);
        policy.parts.set(words[1], {wanted, members});
      } else if (words[0] === 'quorum') {
        if (policy.quorum !== null) refuse(i + 1);
        if (words[1] !== 'none') {
          if (!policy.parts.has(words[1])) refuse(i + 1);
          policy.quorum = words[1];
        }
      } else {
        refuse(i + 1);
      }
    }
    if (policy.logs.length === 0) refuse(0);
    return policy;
  }

  // Parts only name parts before them, so this ends.
  function isSatisfied(policy, name, signed) {
    const part = policy.parts.get(name);
    if (!part) return false;
    if (part.key) return signed.has(part.key);
    return part.members.filter(m => isSatisfied(policy, m, signed)).length >= part.wanted;
  }

  // A checkpoint's note under a policy: the log's own signature must be there, cosignatures count.
  async function openCheckpoint(bytes, policy) {
    const witnesses = [...policy.parts.values()].filter(p => p.key).map(p => p.key);
    const note = await openNote(bytes, [...policy.logs, ...witnesses]);
    const checkpoint = readCheckpoint(note.text);
    if (!note.signers.some(k => policy.logs.includes(k) && k.name === checkpoint.origin))
      throw new Refused('not-its-log');
    const signed = new Set(note.signers.filter(k => witnesses.includes(k)));
    return {
      ...checkpoint, cosigned: signed.size, witnesses: witnesses.length,
      cosigners: [...signed].map(k => k.name),
      isWitnessed: policy.quorum !== null && isSatisfied(policy, policy.quorum, signed) &&
                   isSatisfied(policy, 'outside', signed),
    };
  }

  // ---- tiles (C2SP tlog-tiles) -------------------------------------------------------------------
  function tilePath(kind, index, width) {
    let groups = String(index % 1000).padStart(3, '0');
    for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000))
      groups = `x${String(rest % 1000).padStart(3, '0')}/${groups}`;
    return `tile/${kind}/${groups}${width < TILE ? `.p/${width}` : ''}`;
  }
  function fileAt(files, path) {
    const bytes = files.get(path);
    if (!bytes) throw new Refused(`missing:${path}`);
    return bytes;
  }
  const hashAt = (tile, i) => tile.subarray(i * 32, i * 32 + 32);

  async function checkBundle(files, index, size, tree, from) {
    const width = Math.min(TILE, size - index * TILE);
    const bundle = fileAt(files, tilePath('entries', index, width));
    const tile = fileAt(files, tilePath(0, index, width));
    if (tile.length !== width * 32) throw new Altered('tile-length', tree.n);
    let at = 0;
    for (let i = 0; i < width; i++) {
      const n = at + 2 <= bundle.length ? bundle[at] * 256 + bundle[at + 1] : -1;
      if (n < 0 || at + 2 + n > bundle.length) throw new Altered('missing-entry', tree.n);
      const hash = await leaf(bundle.subarray(at + 2, at + 2 + n));
      at += 2 + n;
      if (!same(hash, hashAt(tile, i))) throw new Altered('hash', tree.n);
      await tree.grow(hash);
      if (from && tree.n === from.size && !same(from.root, await tree.root()))
        throw new Altered('history', tree.n - 1);
    }
    if (at !== bundle.length) throw new Altered('more-bytes', tree.n - 1);
  }

  // Each hash of a tile above level 0 is the root of the 256 hashes of one full tile below.
  async function checkTile(files, level, index, n) {
    const width = Math.min(TILE, n - index * TILE);
    const tile = fileAt(files, tilePath(level, index, width));
    const first = index * TILE * TILE ** level;
    if (tile.length !== width * 32) throw new Altered('tile-length', first);
    for (let i = 0; i < width; i++) {
      const below = fileAt(files, tilePath(level - 1, index * TILE + i, TILE));
      const part = new Growing();
      for (let k = 0; k < TILE && below.length === TILE * 32; k++) await part.grow(hashAt(below, k));
      if (!same(await part.root(), hashAt(tile, i)))
        throw new Altered('tile', first + i * TILE ** level);
    }
  }

  async function checkTiles(files, size, tree, from, tick) {
    for (let i = 0; i * TILE < size; i++) {
      await checkBundle(files, i, size, tree, from);
      if (tick) tick(tree.n, size);
    }
    for (let level = 1, n = Math.floor(size / TILE); n > 0; level++, n = Math.floor(n / TILE))
      for (let i = 0; i * TILE < n; i++) await checkTile(files, level, i, n);
  }

  // ---- answers -----------------------------------------------------------------------------------
  // Runs the steps; whatever stops them is told apart: altered, or not checkable.
  async function answer(run) {
    const out = {holds: null, steps: [], why: null, entry: null};
    try {
      await run(out);
      out.holds = true;
    } catch (error) {
      if (error instanceof Altered) { out.holds = false; out.entry = error.entry; }
      else if (!(error instanceof Refused)) throw error;
      out.why = error.message;
    }
    return out;
  }
  function addNote(out, checkpoint) {
    out.checkpoint = checkpoint;
    out.steps.push({name: 'note', value: `${checkpoint.origin} ${checkpoint.size}`});
    out.steps.push({name: 'cosigned', value: `${checkpoint.cosigned}/${checkpoint.witnesses}`});
  }

  // A folder that `register export` wrote; `from`: the bytes of an earlier checkpoint, or nothing.
  function checkExport(files, keys, from, tick) {
    return answer(async out => {
      const policy = await readPolicy(keys);
      const checkpoint = await openCheckpoint(fileAt(files, 'checkpoint'), policy);
      addNote(out, checkpoint);
      const old = from ? await openCheckpoint(from, policy) : null;
      if (old && old.origin !== checkpoint.origin) throw new Altered('another-register', 0);
      if (old && old.size > checkpoint.size) throw new Altered('rolled-back', checkpoint.size);
      const tree = new Growing();
      if (old && old.size === 0 && !same(old.root, await tree.root())) throw new Altered('history', 0);
      await checkTiles(files, checkpoint.size, tree, old, tick);
      out.steps.push({name: 'hash', value: String(tree.n)});
      const root = await tree.root();
      if (!same(root, checkpoint.root)) throw new Altered('root', checkpoint.size);
      out.steps.push({name: 'root', value: hex(root)});
    });
  }

  function readProof(bytes) {
    let said;
    try { said = text(bytes); } catch { throw new Refused('bad-proof'); }
    const parts = /^c2sp\.org\/tlog-proof@v1\n(?:extra [^\n]*\n)?index ([0-9]+)\n((?:[^\n]+\n)*)\n([^]+)$/
      .exec(said);
    const index = parts && whole(parts[1]);
    if (index === null) throw new Refused('bad-proof');
    const hashes = parts[2].split('\n').slice(0, -1).map(base64);
    if (hashes.length > 63 || hashes.some(h => !h || h.length !== 32)) throw new Refused('bad-proof');
    return {index, hashes, note: utf8(parts[3])};
  }

  // PROOF and PROOF.entry of `register prove`.
  function checkProof(proof, entry, keys) {
    return answer(async out => {
      const policy = await readPolicy(keys);
      const file = readProof(proof);
      const checkpoint = await openCheckpoint(file.note, policy);
      const hash = await leaf(entry);
      out.steps.push({name: 'hash', value: hex(hash)});
      out.steps.push({name: 'path', value: String(file.hashes.length)});
      addNote(out, checkpoint);
      out.entry = file.index;
      if (!await checkInclusion(file.index, checkpoint.size, hash, file.hashes, checkpoint.root))
        throw new Altered('proof', file.index);
      out.steps.push({name: 'root', value: hex(checkpoint.root)});
    });
  }

  Object.assign(exports, {checkExport, checkProof, checkInclusion, readKey, readPolicy, openNote,
                          readCheckpoint, readProof, tilePath, leaf, Growing, base64, hex, utf8, Refused});
})(typeof module === 'object' ? module.exports : (globalThis.habeasProof = {}));

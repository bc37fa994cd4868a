// The browser's verifier (web/verify/proof.js) against the shared vectors, and against the program
// habeas-verify: on an export and a proof of a register made here, and on copies of them with one
// byte changed, a file cut short, or a file gone, both must say the same.
// usage: node proof.mjs HABEAS HABEAS_VERIFY [VECTORS]
import {execFileSync, spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join, relative, resolve} from 'node:path';
import {webcrypto} from 'node:crypto';

const require = createRequire(import.meta.url);
const proof = require('../../web/verify/proof.js');
proof.subtle = webcrypto.subtle;
const [habeas, verifier, vectors] = process.argv.slice(2).map(path => resolve(path));
let passed = 0, failed = 0;
function expect(is, what) {
  if (is) { passed++; return; }
  failed++;
  console.log(`FAILED ${what}`);
}
const unhex = s => Uint8Array.from(s.match(/../g) || [], h => parseInt(h, 16));
const read = name => JSON.parse(readFileSync(join(vectors, name), 'utf8'));

async function checkVectors() {
  for (const c of read('vkey.json').cases)
    expect((await proof.readKey(c.vkey) !== null) === c.ok, `${c.id} ${c.why}`);
  for (const c of read('checkpoint.json').cases) {
    let got = null;
    try { got = proof.readCheckpoint(c.body); } catch (e) { if (!(e instanceof proof.Refused)) throw e; }
    const fits = !c.ok || Number.isSafeInteger(Number(c.size));  // a greater size is refused here
    expect((got !== null) === (c.ok && fits) && (!got || proof.hex(got.root) === c.root), `${c.id} ${c.why}`);
  }
  for (const c of read('inclusion.json').cases)
    expect(await proof.checkInclusion(c.index, c.size, unhex(c.leaf), c.proof.map(unhex), unhex(c.root)) === c.ok,
           `${c.id} ${c.why}`);
  for (const c of read('note.json').cases) {
    const keys = [];
    for (const v of c.vkeys) keys.push(await proof.readKey(v));
    let got = null;
    try {
      const bytes = c.note === undefined ? unhex(c.note_hex) : proof.utf8(c.note);
      got = await proof.openNote(bytes, keys.filter(k => k));
    } catch (e) { if (!(e instanceof proof.Refused)) throw e; }
    expect((got !== null) === c.ok, `${c.id} ${c.why}`);
    if (got) expect(JSON.stringify(got.signers.map(k => k.name).sort()) === JSON.stringify([...c.verified].sort()), `${c.id} names`);
  }
  for (const c of read('tiles.json').paths.filter(p => Number.isSafeInteger(p.n)))
    expect(proof.tilePath(0, c.n, 256) === `tile/0/${c.path}`, `path ${c.n}`);
  const merkle = read('merkle.json'), tree = new proof.Growing();
  for (const [i, l] of merkle.leaves.entries()) {
    await tree.grow(await proof.leaf(unhex(l)));
    expect(proof.hex(await tree.root()) === merkle.roots[i + 1], `root of ${i + 1}`);
  }
}

// ---- a register of our own -----------------------------------------------------------------------
function files(folder) {
  const all = new Map();
  (function walk(at) {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) walk(path);
      else all.set(relative(folder, path), new Uint8Array(readFileSync(path)));
    }
  })(folder);
  return all;
}

function makeRegister(dir) {
  const run = (...args) => execFileSync(habeas, [...args, '--db', join(dir, 'r.db')], {cwd: dir, stdio: 'pipe'});
  run('register', 'init', 'registry.example/custody');
  run('register', 'key', 'new', 'DGCP/o-1', '--role', 'facility', '--out', join(dir, 'o.key'));
  let events = '';
  for (let i = 0; i < 300; i++) {
    events += JSON.stringify({event: 'Admitted', person: `P-${i}`, authority: 'DGCP', place: 'CECOT',
                              happened_at: '2025-03-15T21:40:00-06:00', order: 'none shown',
                              injuries: 'not recorded', property: 'none'}) + '\n';
  }
  writeFileSync(join(dir, 'events.ndjson'), events);
  run('register', 'record', join(dir, 'events.ndjson'), '--key', join(dir, 'o.key'));
  run('register', 'prove', '123', '--out', join(dir, 'one.tlog-proof'));
  run('register', 'export', join(dir, 'public'));
}

// 0 holds, 1 altered, 3 not checkable.
function program(path, keys) {
  return spawnSync(verifier, [path, '--keys', keys], {stdio: 'pipe'}).status;
}
const status = answer => answer.holds === true ? 0 : answer.holds === false ? 1 : 3;

async function compareExport(dir, keys, what) {
  const mine = await proof.checkExport(files(dir), new Uint8Array(readFileSync(keys)));
  expect(status(mine) === program(dir, keys), `${what}: here ${status(mine)} ${mine.why}, program ${program(dir, keys)}`);
  return status(mine);
}

async function compareProof(path, keys, what) {
  const entry = new Uint8Array(readFileSync(`${path}.entry`)), bytes = new Uint8Array(readFileSync(path));
  const mine = await proof.checkProof(bytes, entry, new Uint8Array(readFileSync(keys)));
  expect(status(mine) === program(path, keys), `${what}: here ${status(mine)} ${mine.why}, program ${program(path, keys)}`);
  return status(mine);
}

async function checkRegister() {
  const dir = mkdtempSync(join(tmpdir(), 'habeas-proof-'));
  try {
    makeRegister(dir);
    const keys = join(dir, 'policy'), whole = join(dir, 'public'), one = join(dir, 'one.tlog-proof');
    cpSync(join(whole, 'policy'), keys);
    expect(await compareExport(whole, keys, 'whole export') === 0, 'the export holds');
    expect(await compareProof(one, keys, 'whole proof') === 0, 'the proof holds');
    const names = [...files(whole).keys()].filter(n => n === 'checkpoint' || n.startsWith('tile/'));
    let seed = 1, found = 0;
    const random = n => (seed = (seed * 48271) % 2147483647) % n;
    for (let i = 0; i < 40; i++) {
      const copy = join(dir, 'copy'), name = names[random(names.length)], path = join(copy, name);
      cpSync(whole, copy, {recursive: true});
      const bytes = readFileSync(path);
      if (i % 10 === 0) rmSync(path);
      else if (i % 10 === 1) writeFileSync(path, bytes.subarray(0, random(bytes.length)));
      else { bytes[random(bytes.length)] ^= 1 << random(8); writeFileSync(path, bytes); }
      found += await compareExport(copy, keys, `${name}, change ${i}`) !== 0;
      rmSync(copy, {recursive: true});
    }
    expect(found === 40, `each of 40 changes is found: ${found}`);
    for (const name of [one, `${one}.entry`]) {
      const bytes = readFileSync(name);
      for (let i = 0; i < 20; i++) {
        const changed = Buffer.from(bytes);
        changed[random(bytes.length)] ^= 1 << random(8);
        writeFileSync(name, changed);
        expect(await compareProof(one, keys, `${name} change ${i}`) !== 0, `${name} change ${i} is found`);
      }
      writeFileSync(name, bytes);
    }
  } finally {
    rmSync(dir, {recursive: true});
  }
}

if (vectors && existsSync(vectors)) await checkVectors();
else console.log('the shared vectors are not here: not run');
require('../../web/verify/words.js');
const {en, es} = globalThis.habeasWords;
expect(JSON.stringify(Object.keys(en).sort()) === JSON.stringify(Object.keys(es).sort()), 'every text has its Spanish');
await checkRegister();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

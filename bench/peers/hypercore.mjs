// npm's hypercore beside the register, for scale: a signed log of Merkle trees too, with one writer, of bytes that mean nothing to
// it. It does not wait for the disk: its appends are acknowledged before they are synced. A line a result as in measure.mjs.
// usage: node hypercore.mjs FOLDER
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const SINGLE = 1000, TOGETHER = 64, MANY = 12800, ROW_BYTES = 1800;
const now = () => Number(process.hrtime.bigint());
const report = (name, value, unit, n) => console.log([name, value.toPrecision(4), unit, n].join('\t'));

const Hypercore = await import('hypercore').then((m) => m.default, () => null);
if (!Hypercore) {
  console.error('hypercore is not here (npm has no network?): it is not measured beside the register.');
  process.exit(0);
}
const folder = mkdtempSync(join(process.argv[2], 'hypercore-'));
try {
  const core = new Hypercore(folder);
  const body = Buffer.alloc(ROW_BYTES, 7);
  await core.ready();
  let start = now();
  for (let i = 0; i < SINGLE; i++) await core.append(body);
  report('hypercore: an append, not synced', (now() - start) / SINGLE / 1e3, 'us', SINGLE);
  start = now();
  for (let i = 0; i < MANY; i += TOGETHER) await core.append(Array.from({ length: TOGETHER }, () => body));
  report('hypercore: 64 appended together, not synced', (MANY * 1e9) / (now() - start), '1/s', MANY);
  await core.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

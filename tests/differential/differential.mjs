// The same expressions in habeas and in feelin, an engine of others: every difference must be one that
// differences.mjs explains by a clause of the standard, and every explanation there must be needed.
// usage: node differential.mjs HABEAS N [SEED]
import { spawnSync } from 'node:child_process';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import { DIFFERENCES } from './differences.mjs';
import { generator, NAMES } from './generate.mjs';

const require = createRequire(new URL('../portable/', import.meta.url));
const { evaluate } = require('feelin');
const [habeas, n, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4] ?? 20261125)];

function ours(expressions) {
  const folder = mkdtempSync(path.join(tmpdir(), 'differential-'));
  const input = path.join(folder, 'names.json');
  writeFileSync(input, JSON.stringify(NAMES));
  const run = spawnSync(habeas, ['feel', '--json', '--input', input], { input: `${expressions.join('\n')}\n`, encoding: 'utf8', maxBuffer: 1 << 28 });
  rmSync(folder, { recursive: true });
  const lines = run.stdout.trimEnd().split('\n');
  if (lines.length !== expressions.length) throw new Error(`${lines.length} results for ${expressions.length} expressions: ${run.stderr.slice(0, 400)}`);
  return lines.map((line) => JSON.parse(line));
}

// Feelin's values as JSON has them; NaN and undefined are its null.
function plain(value) {
  if (value === undefined || value === null || Number.isNaN(value)) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
  return value;
}

function theirs(expression) {
  try {
    const result = evaluate(expression, NAMES);
    return plain(result && typeof result === 'object' && 'value' in result && 'warnings' in result ? result.value : result);
  } catch (error) {
    return { thrown: error.message };
  }
}

// Feelin's numbers are binary: 15 digits of them are compared.
function isSame(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (a && b && typeof a === 'object' && typeof b === 'object' && !Array.isArray(a) && !Array.isArray(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => key in b && isSame(a[key], b[key]));
  }
  return a === b;
}

const next = generator(seed);
const expressions = Array.from({ length: n }, next);
const results = ours(expressions);
const used = new Map(DIFFERENCES.map((difference) => [difference, 0]));
let same = 0, explained = 0, failed = 0;
expressions.forEach((expression, i) => {
  const other = theirs(expression);
  if (isSame(results[i], other)) { same++; return; }
  const why = DIFFERENCES.find((difference) => difference.explains(expression, results[i], other));
  if (why) { used.set(why, used.get(why) + 1); explained++; return; }
  failed++;
  if (failed <= 40) console.log(`${expression}\n  habeas: ${JSON.stringify(results[i])}\n  feelin: ${JSON.stringify(other)}`);
});
for (const [difference, times] of used) {
  if (times > 0) console.log(`${String(times).padStart(5)}  ${difference.what} (${difference.clause})`);
  else { failed++; console.log(`not needed: ${difference.what}`); }
}
console.log(`${same} the same, ${explained} explained`);
console.log(`${same + explained} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

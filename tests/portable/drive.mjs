// node drive.mjs MODEL FACTSETS.ndjson [--compare]
// FACTSETS is what `habeas check LIST --facts` prints: one line a person with the facts as they count.
// Prints the outcomes another FEEL evaluator finds in the same tables, one line a person. With
// --compare it prints only differences from the outcomes in the input, and exits 1 when there is one.
import fs from 'node:fs';
import { loadRulebook, decideAll } from './tables.mjs';

const args = process.argv.slice(2).filter((a) => a !== '--compare');
const compare = process.argv.includes('--compare');
if (args.length !== 2) {
  console.error('usage: node drive.mjs MODEL FACTSETS.ndjson [--compare]');
  process.exit(2);
}
const rulebook = await loadRulebook(args[0]);
const lines = fs.readFileSync(args[1], 'utf8').split('\n').filter((l) => l.trim());
let different = 0, compared = 0;
lines.forEach((text, i) => {
  const line = JSON.parse(text);
  const unknown = Object.keys(line.facts).filter((name) => !(name in rulebook.types));
  if (unknown.length) throw new Error(`${args[1]}:${i + 1}: no such fact: ${unknown.join(', ')}`);
  const { outcomes, verdict } = decideAll(rulebook, line);
  if (!compare) {
    console.log(JSON.stringify({ person: line.person, verdict, outcomes }));
    return;
  }
  for (const id of rulebook.rules) {
    compared++;
    if (line.outcomes?.[id] === outcomes[id]) continue;
    different++;
    console.log(`${line.person}: ${id}: habeas ${line.outcomes?.[id]}, feelin ${outcomes[id]}`);
  }
});
if (compare) {
  console.log(`${compared - different} passed, ${different} failed`);
  if (different || !compared) process.exit(1);
}

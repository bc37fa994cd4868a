// Measures the peers: the model, an expression, and tables of growing length. A line a result: name, value,
// unit, number of measurements, parted by tabs. Answers are compared first; a peer that is wrong says how often.
// usage: node measure.mjs PEOPLE SECONDS      (seconds for each peer and thing)
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { DMN_1_1, PEERS, zenOwnTime } from './engines.mjs';
import { answer } from './model.mjs';
import { oracle } from './oracle.mjs';

const require = createRequire(import.meta.url);
const people = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line));
const seconds = Number(process.argv[3]);
const now = () => Number(process.hrtime.bigint());
const report = (name, value, unit, n) => console.log([name, value.toPrecision(4), unit, n].join('\t'));

// Median of the calls, so that the machine's other work counts little; the first part warms up.
async function median(call, afterwards = (ns) => ns) {
  const times = [];
  const start = now();
  for (let i = 0; times.length < 3 || now() - start < seconds * 1e9; i++) {
    const before = now();
    const result = call(i);
    if (result instanceof Promise) await result;
    times.push(afterwards(now() - before));
  }
  const warm = times.slice(Math.floor(times.length / 4)).sort((a, b) => a - b);
  return { ns: warm[warm.length >> 1], n: warm.length };
}

async function measureModel() {
  for (const [name, open] of Object.entries(PEERS)) {
    try {
      const peer = await open();
      let wrong = 0;
      for (const person of people.slice(0, 200)) wrong += answer(await peer.decide(person)) !== answer(oracle(person));
      if (wrong) report(`${name}: people whose results differ from the oracle's`, wrong, 'people', 200);
      const { ns, n } = await median((i) => peer.decide(people[i % people.length]));
      report(`model: ${name} (given: ${peer.given})`, ns, 'ns', n);
      if (!peer.ownTime) continue;
      const own = await median((i) => peer.decide(people[i % people.length]), () => peer.ownTime * 1000);
      report(`model: ${name}, its own engine time`, own.ns, 'ns', own.n);
    } catch (error) {
      console.error(`${name}: ${String(error).slice(0, 300)}`);
    }
  }
}

async function measureExpression() {
  const text = 'a + b * 2 > 10 and x in [1..5]';
  const facts = Array.from({ length: 64 }, (_, i) => ({ a: i % 10, b: (i * 7) % 10, x: i % 8 }));
  const { evaluate } = await import('feelin');
  const { evaluateExpressionSync } = require('@gorules/zen-engine');
  const parsed = require('js-feel')().feel.parse(text);
  const calls = {
    'zen (parses each time)': (i) => evaluateExpressionSync(text, facts[i % 64]),
    'feelin (parses each time)': (i) => evaluate(text, facts[i % 64]),
    'js-feel (parsed once)': (i) => parsed.build(facts[i % 64]),
  };
  for (const [name, call] of Object.entries(calls)) {
    const { ns, n } = await median(call);
    report(`expression: ${name}`, ns, 'ns', n);
  }
}

// ---- tables of growing length: zen and dmn-eval-js, which have compiled tables ---------------------------

function bigTable(n) {
  let codes = 1;
  while (codes * codes < n) codes++;
  const steps = Math.ceil(n / codes);
  const rows = Array.from({ length: n }, (_, r) => ({ code: `C${Math.floor(r / steps)}`, low: (r % steps) * 10, row: r }));
  const queries = Array.from({ length: 1024 }, (_, i) => rows[(i * 7919) % n]).map(({ code, low, row }, i) => ({ code, amount: low + (i % 10), row }));
  return { rows, queries };
}

function zenBig({ rows }) {
  const { ZenEngine, ZenDecisionContent } = require('@gorules/zen-engine');
  const at = { position: { x: 0, y: 0 } };
  const table = {
    hitPolicy: 'first', passThrough: false, inputField: null, outputPath: null, executionMode: 'single',
    inputs: [{ id: 'a', name: 'code', field: 'code' }, { id: 'b', name: 'amount', field: 'amount' }],
    outputs: [{ id: 'o', name: 'found', field: 'found' }],
    rules: rows.map(({ code, low, row }) => ({ _id: `r${row}`, a: `"${code}"`, b: `[${low}..${low + 9}]`, o: String(row) })),
  };
  const nodes = [{ id: 'in', name: 'in', type: 'inputNode', ...at }, { id: 't', name: 't', type: 'decisionTableNode', content: table, ...at },
    { id: 'out', name: 'out', type: 'outputNode', ...at }];
  const edges = [{ id: 'e1', sourceId: 'in', targetId: 't', type: 'edge' }, { id: 'e2', sourceId: 't', targetId: 'out', type: 'edge' }];
  return new ZenEngine().createDecision(new ZenDecisionContent({ contentType: 'application/vnd.gorules.decision', nodes, edges }));
}

async function dmnEvalBig({ rows }) {
  const { decisionTable } = require('@hbtgmbh/dmn-eval-js');
  const text = (tag, value) => `<${tag}><text>${value}</text></${tag}>`;
  const rules = rows.map(({ code, low, row }) => `<rule>${text('inputEntry', `"${code}"`)}${text('inputEntry', `[${low}..${low + 9}]`)}${text('outputEntry', row)}</rule>`);
  const decisions = await decisionTable.parseDmnXml(`<?xml version="1.0"?><definitions xmlns="${DMN_1_1}" id="m" name="m" namespace="urn:m"><decision id="d" name="d">`
    + `<decisionTable id="t" hitPolicy="UNIQUE"><input id="a">${text('inputExpression', 'code')}</input><input id="b">${text('inputExpression', 'amount')}</input>`
    + `<output id="o" name="found"/>${rules.join('')}</decisionTable></decision></definitions>`);
  return (query) => decisionTable.evaluateDecision('d', decisions, query).found;
}

async function measureTables() {
  for (const n of [10, 200, 1000, 10000]) {
    const table = bigTable(n);
    const query = (i) => table.queries[i % table.queries.length];
    const check = (found, i) => { if (found !== query(i).row) throw new Error(`row ${found}, not ${query(i).row}`); };
    const decision = zenBig(table);
    let own = 0;
    const zen = await median(async (i) => {
      const { result, performance } = await decision.evaluate(query(i));
      check(result.found, i);
      own = zenOwnTime(performance) * 1000;
    }, () => own);
    report(`table of ${n} rows: zen, its own engine time`, zen.ns, 'ns', zen.n);
    const evaluate = await dmnEvalBig(table);
    const old = await median((i) => check(evaluate(query(i)), i));
    report(`table of ${n} rows: dmn-eval-js`, old.ns, 'ns', old.n);
  }
}

await measureModel();
await measureExpression();
await measureTables();
process.exit(0);

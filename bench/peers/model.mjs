// The tables of bench/model.dmn as plain data, so that every peer is given the same rows.
import { readFileSync } from 'node:fs';
import DmnModdle from 'dmn-moddle';

export const MODEL_FILE = new URL('../model.dmn', import.meta.url);

const unquoted = (text) => JSON.parse(text);
const list = (text) => JSON.parse(`[${text}]`);

// One test of a cell: {kind: any | equal | other | compare | between, ...}.
export function cell(text) {
  let match;
  if (text === '-') return { kind: 'any' };
  if ((match = /^not\((.*)\)$/.exec(text))) return { kind: 'other', values: list(match[1]) };
  if ((match = /^(<=|>=|<|>)\s*(-?[\d.]+)$/.exec(text))) return { kind: 'compare', operator: match[1], value: Number(match[2]) };
  if ((match = /^([[(])(-?[\d.]+?)\.\.(-?[\d.]+)([\])])$/.exec(text))) {
    return { kind: 'between', low: Number(match[2]), high: Number(match[3]), hasLow: match[1] === '[', hasHigh: match[4] === ']' };
  }
  return { kind: 'equal', values: list(text) };
}

function table(decision) {
  const logic = decision.decisionLogic;
  return {
    id: decision.name,
    policy: logic.hitPolicy ?? 'UNIQUE',
    aggregation: logic.aggregation,
    inputs: logic.input.map((input) => input.inputExpression.text),
    outputs: logic.output.map((output) => ({
      name: output.name ?? decision.name,
      values: output.outputValues && list(output.outputValues.text),
    })),
    rules: logic.rule.map((rule) => ({
      texts: rule.inputEntry.map((entry) => entry.text),
      tests: rule.inputEntry.map((entry) => cell(entry.text)),
      results: rule.outputEntry.map((entry) => unquoted(entry.text)),
    })),
  };
}

async function read() {
  const { rootElement } = await new DmnModdle().fromXML(readFileSync(MODEL_FILE, 'utf8'));
  const decisions = rootElement.drgElement.filter((element) => element.$type === 'dmn:Decision');
  return decisions.filter((decision) => decision.decisionLogic.$type === 'dmn:DecisionTable').map(table);
}

export const tables = await read();

// What a table's hits come to; hits are the results of the rows that fired, in their order.
export function settle(table, hits, into) {
  const name = table.id;
  if (table.policy === 'COLLECT') {
    into[name] = table.aggregation ? hits.reduce((sum, [value]) => sum + value, 0) : hits.map(([value]) => value);
    if (name === 'vulnerabilities') into.vulnerabilityCount = hits.length;
  } else if (table.policy === 'PRIORITY') {
    const order = table.outputs[0].values;
    into[name] = order[Math.min(...hits.map(([value]) => order.indexOf(value)))];
  } else {
    table.outputs.forEach((output, i) => { into[output.name] = hits[0]?.[i]; });
  }
}

export const RESULTS = ['citizenshipClass', 'convictionClass', 'removalClass', 'protection', 'vulnerabilities', 'riskScore',
  'procedure', 'outcome', 'reason'];
export const answer = (facts) => JSON.stringify(RESULTS.map((name) => facts[name]));

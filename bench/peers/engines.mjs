// Each peer as {decide(person) -> facts, isAsync}: the tables of bench/model.dmn in the form it has, all
// results. Where a peer lacks a hit policy, its hits are settled here; where it has no dates or loops, the
// derived facts are given to it. `given` says which, and is printed.
import { createRequire } from 'node:module';
import { derive } from './oracle.mjs';
import { settle, tables } from './model.mjs';

const require = createRequire(import.meta.url);
const short = (input) => input.replace('derived.', '');
const withDerived = (person) => ({ ...person, ...derive(person) });
const quoted = (value) => JSON.stringify(value);

// ---- zen: the whole model, dates and loops too, in its own language ------------------------------------

const ZEN_CELL = {
  any: () => '',
  equal: (cell) => cell.values.map(quoted).join(', '),
  other: (cell) => `not($ in [${cell.values.map(quoted).join(', ')}])`,
  compare: (cell) => `${cell.operator} ${cell.value}`,
  between: (cell) => `${cell.hasLow ? '[' : '('}${cell.low}..${cell.high}${cell.hasHigh ? ']' : ')'}`,
};

function zenYears(from, to) {
  const part = (name, day) => `${name}(date(${day}))`;
  const isEarlier = `${part('monthOfYear', to)} < ${part('monthOfYear', from)} or (${part('monthOfYear', to)} == `
    + `${part('monthOfYear', from)} and ${part('dayOfMonth', to)} < ${part('dayOfMonth', from)})`;
  return `${part('year', to)} - ${part('year', from)} - ((${isEarlier}) ? 1 : 0)`;
}

const ZEN_DERIVED = {
  age: zenYears('birthDate', 'assessmentDate'),
  remaining: 'max([0, sentenceMonths - servedMonths])',
  totalMonths: 'len(charges) > 0 ? sum(map(charges, #.months)) : 0',
  violentCount: 'count(charges, #.kind == "VIOLENT")',
  anyDrug: 'some(charges, #.kind == "DRUG" and #.months > 12)',
  daysSinceOrder: '(date(assessmentDate) - date(removalOrderDate)) / 86400',
  statusExpired: 'date(statusExpiry) < date(assessmentDate)',
  yearsHere: zenYears('entryDate', 'assessmentDate'),
  convictionAge: zenYears('convictionDate', 'assessmentDate'),
};

const isMany = (table) => table.policy === 'COLLECT' || table.policy === 'PRIORITY';

function zenTable(table) {
  const field = (output) => (isMany(table) ? 'value' : output.name);
  return {
    hitPolicy: isMany(table) ? 'collect' : 'first',
    passThrough: true,
    inputField: null,
    outputPath: isMany(table) ? `hits_${table.id}` : null,
    executionMode: 'single',
    inputs: table.inputs.map((input, i) => ({ id: `i${i}`, name: input, field: input })),
    outputs: table.outputs.map((output, i) => ({ id: `o${i}`, name: output.name, field: field(output) })),
    rules: table.rules.map((rule, r) => ({
      _id: `r${r}`,
      ...Object.fromEntries(rule.tests.map((test, i) => [`i${i}`, ZEN_CELL[test.kind](test)])),
      ...Object.fromEntries(rule.results.map((result, i) => [`o${i}`, quoted(result)])),
    })),
  };
}

function zenSettled(table) {
  const hits = `hits_${table.id}`;
  if (table.id === 'vulnerabilities') return [[table.id, `map(${hits}, #.value)`], ['vulnerabilityCount', `len(${hits})`]];
  if (table.aggregation) return [[table.id, `len(${hits}) > 0 ? sum(map(${hits}, #.value)) : 0`]];
  const values = table.outputs[0].values;
  const lowest = quoted(values.at(-1));
  return [[table.id, values.slice(0, -1).reduceRight((rest, value) => `some(${hits}, #.value == ${quoted(value)}) ? ${quoted(value)} : (${rest})`, lowest)]];
}

function zenContent() {
  const nodes = [{ id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } }];
  const edges = [];
  const add = (node) => {
    edges.push({ id: `e${edges.length}`, sourceId: nodes.at(-1).id, targetId: node.id, type: 'edge' });
    nodes.push({ position: { x: 0, y: 0 }, name: node.id, ...node });
  };
  const addExpressions = (id, pairs) => add({
    id,
    type: 'expressionNode',
    content: { passThrough: true, expressions: pairs.map(([key, value], i) => ({ id: `${id}${i}`, key, value })) },
  });
  addExpressions('derived', Object.entries(ZEN_DERIVED).map(([name, text]) => [`derived.${name}`, text]));
  for (const table of tables) {
    add({ id: table.id, type: 'decisionTableNode', content: zenTable(table) });
    if (isMany(table)) addExpressions(`settled_${table.id}`, zenSettled(table));
  }
  add({ id: 'out', type: 'outputNode' });
  return { contentType: 'application/vnd.gorules.decision', nodes, edges };
}

const MICROSECONDS = { ns: 1e-3, µs: 1, us: 1, ms: 1e3, s: 1e6 };

// What zen says that it took by itself, without the way in and out of JavaScript.
export function zenOwnTime(performance) {
  const [, number, unit] = /([\d.]+)\s*(ns|µs|us|ms|s)/.exec(performance);
  return Number(number) * MICROSECONDS[unit];
}

async function zen() {
  const { ZenEngine, ZenDecisionContent } = require('@gorules/zen-engine');
  const decision = new ZenEngine().createDecision(new ZenDecisionContent(zenContent()));
  const peer = {
    isAsync: true,
    given: 'nothing: rewritten in its language',
    decide: async (person) => {
      const { result, performance } = await decision.evaluate(person);
      peer.ownTime = zenOwnTime(performance);
      return result;
    },
  };
  return peer;
}

// ---- engines of tables or rules: derived facts given ------------------------------------------------------

// feelin has no compile step: every cell is parsed each time.
async function feelin() {
  const { unaryTest } = await import('feelin');
  const accepts = (text, value) => {
    if (text === '-') return true;
    const answer = unaryTest(text, { '?': value });
    return (answer?.value ?? answer) === true;
  };
  return {
    given: 'derived facts, tables',
    decide: (person) => {
      const facts = withDerived(person);
      for (const table of tables) {
        const values = table.inputs.map((input) => facts[short(input)]);
        const hits = [];
        for (const rule of table.rules) {
          if (!rule.texts.every((text, i) => accepts(text, values[i]))) continue;
          hits.push(rule.results);
          if (!isMany(table)) break;
        }
        settle(table, hits, facts);
      }
      return facts;
    },
  };
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function olderDmn(table) {
  const text = (tag, value) => `<${tag}><text>${escaped(value)}</text></${tag}>`;
  return `<decision id="${table.id}" name="${table.id}"><decisionTable id="t_${table.id}" hitPolicy="${isMany(table) ? 'COLLECT' : table.policy}">`
    + table.inputs.map((input, i) => `<input id="${table.id}_i${i}">${text('inputExpression', short(input))}</input>`).join('')
    + table.outputs.map((output, i) => `<output id="${table.id}_o${i}" name="${output.name}"/>`).join('')
    + table.rules.map((rule, r) => `<rule id="${table.id}_r${r}">${rule.texts.map((cell) => text('inputEntry', cell)).join('')}`
      + `${rule.results.map((result) => text('outputEntry', quoted(result))).join('')}</rule>`).join('')
    + '</decisionTable></decision>';
}

export const DMN_1_1 = 'http://www.omg.org/spec/DMN/20151101/dmn.xsd';

async function dmnEvalJs() {
  const { decisionTable } = require('@hbtgmbh/dmn-eval-js');
  require('loglevel').getLogger('dmn-eval-js').setLevel('silent');
  const decisions = await decisionTable.parseDmnXml(
    `<?xml version="1.0"?><definitions xmlns="${DMN_1_1}" id="m" name="m" namespace="urn:m">${tables.map(olderDmn).join('')}</definitions>`);
  return {
    given: 'derived facts, PRIORITY and SUM',
    decide: (person) => {
      const facts = withDerived(person);
      for (const table of tables) {
        const found = decisionTable.evaluateDecision(table.id, decisions, facts);
        const rows = Array.isArray(found) ? found : found ? [found] : [];
        settle(table, rows.map((row) => table.outputs.map((output) => row[output.name])), facts);
      }
      return facts;
    },
  };
}

const JS_FEEL_POLICY = { UNIQUE: 'U', FIRST: 'F', COLLECT: 'C', PRIORITY: 'C' };

async function jsFeel() {
  const { decisionTable } = require('js-feel')();
  const prepared = tables.map((table) => ({
    inputExpressionList: table.inputs.map(short),
    inputValuesList: table.inputs.map(() => ''),
    outputs: table.outputs.map((output) => output.name),
    outputValues: table.outputs.map(() => []),
    hitPolicy: JS_FEEL_POLICY[table.policy],
    context: null,
    ruleList: table.rules.map((rule) => [...rule.texts, ...rule.results.map(quoted)]),
  }));
  const execute = (i, facts) => new Promise((resolve, reject) => {
    decisionTable.execute_decision_table(`bench_${tables[i].id}`, prepared[i], facts, (error, found) => (error ? reject(error) : resolve(found)));
  });
  return {
    isAsync: true,
    given: 'derived facts, PRIORITY and SUM',
    decide: async (person) => {
      const facts = withDerived(person);
      for (let i = 0; i < tables.length; i++) {
        const found = await execute(i, facts);
        const rows = (Array.isArray(found) ? found : [found]).filter(Boolean);
        const hits = isMany(tables[i])
          ? rows.flatMap((row) => row[tables[i].id]).filter((value) => value !== undefined).map((value) => [value])
          : rows.map((row) => tables[i].outputs.map((output) => row[output.name]));
        settle(tables[i], hits, facts);
      }
      return facts;
    },
  };
}

const LESS_OR_MORE = { '<': 'lessThan', '<=': 'lessThanInclusive', '>': 'greaterThan', '>=': 'greaterThanInclusive' };
const RULE_CONDITIONS = {
  any: () => [],
  equal: (fact, cell) => [{ fact, operator: 'in', value: cell.values }],
  other: (fact, cell) => [{ fact, operator: 'notIn', value: cell.values }],
  compare: (fact, cell) => [{ fact, operator: LESS_OR_MORE[cell.operator], value: cell.value }],
  between: (fact, cell) => [
    { fact, operator: cell.hasLow ? 'greaterThanInclusive' : 'greaterThan', value: cell.low },
    { fact, operator: cell.hasHigh ? 'lessThanInclusive' : 'lessThan', value: cell.high },
  ],
};

async function jsonRules() {
  const { Engine } = require('json-rules-engine');
  const engines = tables.map((table) => {
    const engine = new Engine([], { allowUndefinedFacts: true });
    table.rules.forEach((rule, row) => engine.addRule({
      name: `r${row}`,
      conditions: { all: rule.tests.flatMap((test, i) => RULE_CONDITIONS[test.kind](short(table.inputs[i]), test)) },
      event: { type: 'hit', params: { row } },
    }));
    return engine;
  });
  return {
    isAsync: true,
    given: 'derived facts, hit policies',
    decide: async (person) => {
      const facts = withDerived(person);
      for (let i = 0; i < tables.length; i++) {
        const { events } = await engines[i].run(facts);
        const rows = events.map((event) => event.params.row).sort((a, b) => a - b);
        settle(tables[i], rows.map((row) => tables[i].rules[row].results), facts);
      }
      return facts;
    },
  };
}

const CEDAR_CONDITIONS = {
  any: () => [],
  equal: (fact, cell) => [`[${cell.values.map(quoted)}].contains(${fact})`],
  other: (fact, cell) => [`!([${cell.values.map(quoted)}].contains(${fact}))`],
  compare: (fact, cell) => [`${fact} ${cell.operator} ${cell.value}`],
  between: (fact, cell) => [`${fact} ${cell.hasLow ? '>=' : '>'} ${cell.low}`, `${fact} ${cell.hasHigh ? '<=' : '<'} ${cell.high}`],
};

// A policy gives no value, so a row is a permit, and the permits that held are read back.
async function cedar() {
  const engine = require('@cedar-policy/cedar-wasm/nodejs');
  for (const table of tables) {
    const staticPolicies = {};
    table.rules.forEach((rule, row) => {
      const all = rule.tests.flatMap((test, i) => CEDAR_CONDITIONS[test.kind](`context.${short(table.inputs[i])}`, test));
      staticPolicies[`r${row}`] = `permit(principal, action, resource)${all.length ? ` when { ${all.join(' && ')} }` : ''};`;
    });
    const parsed = engine.preparsePolicySet(table.id, { staticPolicies });
    if (parsed.type !== 'success') throw new Error(quoted(parsed));
  }
  const asked = { principal: { type: 'P', id: 'p' }, action: { type: 'Action', id: 'a' }, resource: { type: 'R', id: 'r' }, entities: [], validateRequest: false };
  return {
    given: 'derived facts, hit policies',
    decide: (person) => {
      const facts = withDerived(person);
      for (const table of tables) {
        const context = Object.fromEntries(table.inputs.map((input) => [short(input), facts[short(input)]]));
        const { response } = engine.statefulIsAuthorized({ ...asked, context, preparsedPolicySetId: table.id });
        const rows = response.diagnostics.reason.map((id) => Number(id.slice(1))).sort((a, b) => a - b);
        settle(table, rows.map((row) => table.rules[row].results), facts);
      }
      return facts;
    },
  };
}

export const PEERS = { zen, cedar, 'json-rules-engine': jsonRules, 'js-feel': jsFeel, 'dmn-eval-js': dmnEvalJs, feelin };

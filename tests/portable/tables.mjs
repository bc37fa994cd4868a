// The rulebook as another engine sees it: dmn-moddle reads the XML, feelin evaluates the FEEL.
// Nothing here knows a rule. A decision is a decision table with hit policy FIRST and one output,
// or a literal expression (the list of outcomes); anything else is an error, not a guess.
import fs from 'node:fs';
import path from 'node:path';
import DmnModdle from 'dmn-moddle';
import { evaluate, unaryTest } from 'feelin';

// RFC 4180, as the rulebook's own files are written.
export function readCsv(file) {
  const text = fs.readFileSync(file, 'utf8');
  const rows = [];
  let row = [], field = '', quoted = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (quoted) {
      if (ch !== '"') field += ch;
      else if (text[i + 1] === '"') { field += '"'; i++; }
      else quoted = false;
    } else if (ch === '"') quoted = true;
    else if (ch === ',') { row.push(field); field = ''; }
    else if (ch === '\n') { row.push(field); rows.push(row); row = []; field = ''; }
    else if (ch !== '\r') field += ch;
  }
  if (quoted) throw new Error(`${file}: a quoted field has no closing quote`);
  if (field || row.length) { row.push(field); rows.push(row); }
  const head = rows.shift();
  return rows.map((r) => Object.fromEntries(head.map((name, i) => [name, r[i]])));
}

export async function loadRulebook(model) {
  const text = fs.readFileSync(model, 'utf8');
  const { rootElement, warnings } = await new DmnModdle().fromXML(text);
  if (warnings.length) throw new Error(`${model}: ${warnings.map((w) => w.message).join('; ')}`);
  const folder = path.dirname(model);
  const types = Object.fromEntries(readCsv(path.join(folder, 'facts.csv')).map((f) => [f.name, f.type]));
  const rules = readCsv(path.join(folder, 'rules.csv')).map((r) => r.id);
  const decisions = new Map();
  for (const e of rootElement.drgElement) if (e.$type === 'dmn:Decision') decisions.set(e.name, read(e));
  for (const id of rules) if (!decisions.has(id)) throw new Error(`${model}: no decision for rule "${id}"`);
  return { types, rules, decisions };
}

function read(decision) {
  const logic = decision.decisionLogic;
  if (logic?.$type === 'dmn:LiteralExpression') return { name: decision.name, expression: logic.text };
  if (logic?.$type !== 'dmn:DecisionTable' || logic.hitPolicy !== 'FIRST' || logic.output.length !== 1)
    throw new Error(`decision "${decision.name}": expected a table with hit policy FIRST and one output`);
  return {
    name: decision.name,
    columns: logic.input.map((i) => i.inputExpression.text),
    rows: logic.rule.map((r) => ({
      cells: r.inputEntry.map((c) => c.text),
      output: r.outputEntry[0].text,
      why: r.description,
    })),
  };
}

// A value of `check --facts` as feelin holds it. feelin's date() of a date and time takes the day in
// UTC, where DMN (1.3 section 10.3.4.1) takes the day as written; so the clock is handed over as
// written, without its offset. No table compares two instants.
export function feelValue(type, value) {
  if (value === null || value === undefined) return null;
  switch (type) {
    case 'date': return evaluate(`date("${value}")`);
    case 'datetime': return evaluate(`date and time("${String(value).replace(/(Z|[+-]\d\d:\d\d)$/, '')}")`);
    case 'int':
    case 'number': return Number(value);
    default: return value;
  }
}

// feelin parses an expression anew for every evaluation, at a cost that grows with the context. So an
// expression sees only the names it uses, and is evaluated once for each set of their values.
const known = new Map();
function value(rulebook, expression, line) {
  const names = namesIn(rulebook, expression);
  const given = names.map((n) => (n === 'as_of' || n === 'host' ? line[n] : line.facts[n] ?? null));
  const key = `${expression}\u0000${JSON.stringify(given)}`;
  if (!known.has(key)) {
    const at = {};
    names.forEach((n, i) => { at[n] = feelValue(n === 'as_of' ? 'date' : rulebook.types[n], given[i]); });
    known.set(key, evaluate(expression, at));
  }
  return known.get(key);
}

const uses = new Map();
function namesIn(rulebook, expression) {
  if (!uses.has(expression)) {
    const words = expression.replace(/"[^"]*"/g, '').match(/[A-Za-z_]\w*/g) ?? [];
    uses.set(expression, [...new Set(words)].filter((w) => w === 'as_of' || w === 'host' || w in rulebook.types));
  }
  return uses.get(expression);
}

const tested = new Map(); // (cell, value) -> hit: cells see a string, a number, a boolean or null
function hits(cell, value) {
  if (cell === '-') return true;
  const key = `${cell}\u0000${typeof value}\u0000${value}`;
  if (!tested.has(key)) tested.set(key, unaryTest(cell, { '?': value }) === true);
  return tested.get(key);
}

// {row, outcome}: the first row whose every cell holds; null when no row does.
export function decide(decision, valueOf) {
  const values = decision.columns.map(valueOf);
  const row = decision.rows.findIndex((r) => r.cells.every((cell, i) => hits(cell, values[i])));
  return row < 0 ? { row, outcome: null } : { row, outcome: evaluate(decision.rows[row].output) };
}

// The outcome of every rule, then the verdict over them, all by the model's own tables.
export function decideAll(rulebook, line) {
  const outcomes = {}, rows = {};
  for (const id of rulebook.rules) {
    const { row, outcome } = decide(rulebook.decisions.get(id), (e) => value(rulebook, e, line));
    outcomes[id] = outcome;
    rows[id] = row;
  }
  const list = evaluate(rulebook.decisions.get('outcomes').expression, outcomes);
  const verdict = decide(rulebook.decisions.get('verdict'), (e) => evaluate(e, { outcomes: list })).outcome;
  return { outcomes, rows, verdict };
}

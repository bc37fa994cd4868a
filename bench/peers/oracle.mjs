// What is right: the model as plain JavaScript functions over the rows of the file.
import { settle, tables } from './model.mjs';

const parts = (day) => day.split('-').map(Number);

function yearsBetween(from, to) {
  const [y1, m1, d1] = parts(from);
  const [y2, m2, d2] = parts(to);
  return y2 - y1 - (m2 < m1 || (m2 === m1 && d2 < d1) ? 1 : 0);
}

export function derive(person) {
  const { charges, assessmentDate: today } = person;
  return {
    age: yearsBetween(person.birthDate, today),
    remaining: Math.max(0, person.sentenceMonths - person.servedMonths),
    totalMonths: charges.reduce((sum, charge) => sum + charge.months, 0),
    violentCount: charges.filter((charge) => charge.kind === 'VIOLENT').length,
    anyDrug: charges.some((charge) => charge.kind === 'DRUG' && charge.months > 12),
    daysSinceOrder: (Date.parse(today) - Date.parse(person.removalOrderDate)) / 86400000,
    statusExpired: person.statusExpiry < today,
    yearsHere: yearsBetween(person.entryDate, today),
    convictionAge: yearsBetween(person.convictionDate, today),
  };
}

const COMPARE = { '<': (a, b) => a < b, '<=': (a, b) => a <= b, '>': (a, b) => a > b, '>=': (a, b) => a >= b };

function test(cell) {
  switch (cell.kind) {
    case 'any': return () => true;
    case 'equal': return (value) => cell.values.includes(value);
    case 'other': return (value) => !cell.values.includes(value);
    case 'compare': return (value) => COMPARE[cell.operator](value, cell.value);
    default:
      return (value) => (cell.hasLow ? value >= cell.low : value > cell.low) && (cell.hasHigh ? value <= cell.high : value < cell.high);
  }
}

const prepared = tables.map((table) => ({
  table,
  rows: table.rules.map((rule) => ({ results: rule.results, tests: rule.tests.map(test) })),
}));

export function oracle(person) {
  const facts = { ...person };
  for (const [name, value] of Object.entries(derive(person))) facts[`derived.${name}`] = value;
  for (const { table, rows } of prepared) {
    const values = table.inputs.map((input) => facts[input]);
    const hits = rows.filter((row) => row.tests.every((accepts, i) => accepts(values[i]))).map((row) => row.results);
    if (table.policy === 'UNIQUE' && hits.length !== 1) throw new Error(`${table.id}: ${hits.length} rows fire`);
    settle(table, hits, facts);
  }
  return facts;
}

// Writes N people, the same for the same seed, and beside them what the oracle answers for each.
// usage: node people.mjs N SEED FOLDER     -> FOLDER/people.ndjson, FOLDER/answers.ndjson
import { writeFileSync } from 'node:fs';
import { oracle } from './oracle.mjs';

// Weyl sequence with a multiplicative finish (Widynski's "squares" keyed by the seed), 32 bits.
function random(seed) {
  let counter = 0n;
  const key = BigInt(seed) * 0x9e3779b97f4a7c15n | 1n;
  const mask = (1n << 64n) - 1n;
  return () => {
    const y = (++counter * key) & mask;
    const z = (y + key) & mask;
    let x = (y * y + y) & mask;
    x = (x >> 32n) | ((x << 32n) & mask);
    x = (x * x + z) & mask;
    x = (x >> 32n) | ((x << 32n) & mask);
    x = (x * x + y) & mask;
    return Number(x >> 32n) / 2 ** 32;
  };
}

const CLAIM = ['NONE', 'PENDING', 'DENIED', 'GRANTED'];
const KINDS = ['VIOLENT', 'PROPERTY', 'DRUG', 'TRAFFIC', 'IMMIGRATION'];

function person(next) {
  const whole = (from, to) => from + Math.floor(next() * (to - from + 1));
  const one = (values) => values[whole(0, values.length - 1)];
  const often = (chance, value, values) => (next() < chance ? value : one(values));
  const two = (number) => String(number).padStart(2, '0');
  const day = (from, to) => `${whole(from, to)}-${two(whole(1, 12))}-${two(whole(1, 28))}`;
  const sentenceMonths = whole(0, 240);
  return {
    birthDate: day(1938, 2011),
    assessmentDate: '2026-03-15',
    nationality: one(['SLV', 'HND', 'GTM', 'MEX', 'VEN', 'USA', 'NIC', 'CUB', 'XXX']),
    citizenship2: often(0.8, 'NONE', ['NONE', 'SLV', 'USA', 'ESP']),
    legalStatus: often(0.5, 'NONE', ['CITIZEN', 'LPR', 'VISA', 'PAROLE', 'TPS', 'NONE']),
    statusExpiry: day(2020, 2029),
    entryDate: day(1990, 2025),
    convictionLevel: one(['NONE', 'MISDEMEANOR', 'FELONY', 'AGGRAVATED']),
    sentenceMonths,
    servedMonths: whole(0, sentenceMonths + 12),
    convictionDate: day(2005, 2025),
    appealPending: next() < 0.1,
    removalOrder: often(0.6, 'FINAL', ['NONE', 'PENDING', 'FINAL', 'STAYED']),
    removalOrderDate: day(2022, 2025),
    asylumClaim: often(0.6, 'NONE', CLAIM),
    catClaim: often(0.7, 'NONE', CLAIM),
    fearScore: whole(0, 100),
    consent: one(['YES', 'NO', 'UNKNOWN']),
    healthScore: whole(0, 100),
    pregnant: next() < 0.05,
    dependants: whole(0, 3),
    counsel: next() < 0.7,
    noticeDays: whole(0, 90),
    priorTransfers: whole(0, 4),
    courtHold: next() < 0.05,
    charges: Array.from({ length: whole(0, 4) }, () => ({ kind: one(KINDS), months: whole(1, 72) })),
  };
}

// By decision, as `dmn eval` prints them.
function answers(facts) {
  const { citizenshipClass, convictionClass, removalClass, protection, vulnerabilities, riskScore, procedure, outcome, reason } = facts;
  return { citizenshipClass, convictionClass, removalClass, protection, vulnerabilities, riskScore, procedure, outcome: { outcome, reason } };
}

const [n, seed, folder] = [Number(process.argv[2]), process.argv[3], process.argv[4]];
const next = random(seed);
const people = Array.from({ length: n }, () => person(next));
const lines = (values) => values.map((value) => `${JSON.stringify(value)}\n`).join('');
writeFileSync(`${folder}/people.ndjson`, lines(people));
writeFileSync(`${folder}/answers.ndjson`, lines(people.map((one) => answers(oracle(one)))));

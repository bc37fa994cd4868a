// Where feelin differs, and the clause by which habeas is right or the standard leaves a choice. An entry explains
// a difference only when the expression has what it is about, and the results differ in the way it says.
const has = (...parts) => (expression) => parts.every((part) => part.test(expression));
const isNull = (value) => value === null;

function closeNumbers(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) < 1e-7;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => item === b[i] || closeNumbers(item, b[i]));
}

export const DIFFERENCES = [
  {
    what: 'feelin throws for an order of texts or of mixed kinds; the order of two texts is theirs, of mixed kinds null',
    clause: 'DMN 1.5 §10.3.2.13: comparison',
    explains: (expression, ours, theirs) => /illegal range|unsupported range/.test(theirs?.thrown ?? ''),
  },
  {
    what: 'feelin throws when union() is given a single value, which stands for a list of one',
    clause: 'DMN 1.5 §10.3.2.9.4: to singleton list',
    explains: (expression, ours, theirs) => /list.reduce is not a function/.test(theirs?.thrown ?? ''),
  },
  {
    what: 'feelin says that a number with a fraction, or one that was computed, is no number',
    clause: 'DMN 1.5 §10.3.2.9.3: instance of',
    explains: has(/instance of number/),
  },
  {
    what: 'feelin turns the ends of "between" round when the first is larger',
    clause: 'DMN 1.5 §10.3.2.5: e1 between e2 and e3 is e1 >= e2 and e1 <= e3',
    explains: has(/ between /),
  },
  {
    what: 'sort() whose order is null for a pair has no result',
    clause: 'DMN 1.5 §10.3.4.9: the function tells which of two precedes',
    explains: has(/\bsort\(/),
  },
  {
    what: 'a start outside the text or list gives null, not an empty one',
    clause: 'DMN 1.5 §10.3.4.3 and §10.3.4.4: domains of substring and sublist',
    explains: has(/\b(substring|sublist)\(/),
  },
  {
    what: 'a position outside the list gives null, in an empty list too',
    clause: 'DMN 1.5 §10.3.4.4: domains of insert before and remove',
    explains: has(/\b(insert before|remove)\(/),
  },
  {
    what: 'substring after() of what does not occur is the empty text',
    clause: 'DMN 1.5 §10.3.4.3: substring after("foobar", "xyz") = ""',
    explains: has(/substring after\(/),
  },
  {
    what: 'feelin rounds modulo() to nine digits',
    clause: 'DMN 1.5 §10.3.4.5: dividend - divisor * floor(dividend / divisor)',
    explains: (expression, ours, theirs) => /modulo\(/.test(expression) && closeNumbers(ours, theirs),
  },
  {
    what: 'a condition that is no boolean is an error',
    clause: 'DMN 1.5 §10.3.2.5 and the compliance kit, 1150-boxed-conditional 003',
    explains: has(/\bif (?!\(?(true|false|b)\b)/),
  },
  {
    what: 'what is no list is run over as a list of one',
    clause: 'DMN 1.5 §10.3.2.9.4: to singleton list',
    explains: (expression, ours, theirs) => / in (\(?[-"\d]|true|false|null|t\b|n\b|m\b|b\b|\()/.test(expression) && /\b(for|some|every) v in/.test(expression),
  },
  {
    what: 'values of different kinds have no order and no equality: null, not false',
    clause: 'DMN 1.5 §10.3.2.13: operands of different kinds give null',
    explains: (expression, ours, theirs) => isNull(ours) && (typeof theirs === 'boolean' || theirs === 'false' || theirs === '') && /[<>=]| in /.test(expression),
  },
  {
    what: 'nothing is in null: false, as null is no value',
    clause: 'DMN 1.5 §10.3.2.13: of a value and null, = is false',
    explains: (expression, ours, theirs) => ours === false && isNull(theirs) && / in null/.test(expression),
  },
  {
    what: 'null where a list or text is asked for gives null',
    clause: 'DMN 1.5 §10.3.4: a value outside a parameter\'s domain',
    explains: (expression, ours, theirs) => isNull(ours) && /null|\[\]|\[5\]|\[-?\d\]/.test(expression),
  },
  {
    what: 'feelin says null of lists of different length',
    clause: 'DMN 1.5 §10.3.2.13: lists are equal when they have the same length and items',
    explains: has(/(\[[^\]]*\]|\)|\bl) = (\[|\(?\w+ ?\w*\(|l\b)/),
  },
];

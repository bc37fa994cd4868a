// Random FEEL expressions that are well formed, from a seed: numbers, texts, booleans, lists, contexts and ranges,
// most often of the kind that an operator wants, now and then of another, and null.
export function generator(seed) {
  let state = seed >>> 0 || 1;
  const next = () => { // xorshift32, Marsaglia
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state / 2 ** 32;
  };
  const below = (n) => Math.floor(next() * n);
  const one = (values) => values[below(values.length)];

  const LEAVES = {
    number: () => one(['0', '1', '2', '3', '7', '10', '-1', '-4', '0.5', '2.25', '100', 'n', 'm']),
    text: () => one(['""', '"a"', '"b"', '"abc"', '"foo bar"', '"é"', 't']),
    boolean: () => one(['true', 'false', 'b']),
    list: () => one(['[]', '[1]', '[1, 2, 3]', '[3, 1, 2]', '[1, null, 2]', 'l']),
    texts: () => one(['["a"]', '["a", "b", "c"]', '["b", "a"]']),
    range: () => one(['[1..5]', '(1..5)', '[0..3)', '(2..7]']),
  };
  const FORMS = {
    number: [
      (e) => `(${e.number()} + ${e.number()})`, (e) => `(${e.number()} - ${e.number()})`, (e) => `(${e.number()} * ${e.number()})`,
      (e) => `(${e.number()} / ${e.number()})`, (e) => `-(${e.number()})`, (e) => `(if ${e.boolean()} then ${e.number()} else ${e.number()})`,
      (e) => `abs(${e.number()})`, (e) => `floor(${e.number()})`, (e) => `ceiling(${e.number()})`, (e) => `modulo(${e.number()}, ${one(['2', '3', '-3', '7'])})`,
      (e) => `count(${e.list()})`, (e) => `sum(${e.list()})`, (e) => `min(${e.list()})`, (e) => `max(${e.list()})`, (e) => `mean(${e.list()})`,
      (e) => `string length(${e.text()})`, (e) => `${e.list()}[${one(['1', '2', '-1', '5'])}]`, (e) => `{x: ${e.number()}}.x`,
      (e) => `(function(v) v + 1)(${e.number()})`, (e) => `decimal(${e.number()}, ${one(['0', '1', '2'])})`,
    ],
    text: [
      (e) => `(${e.text()} + ${e.text()})`, (e) => `substring(${e.text()}, ${one(['1', '2', '-1', '-2'])})`, (e) => `upper case(${e.text()})`,
      (e) => `lower case(${e.text()})`, (e) => `substring before(${e.text()}, ${e.text()})`, (e) => `substring after(${e.text()}, ${e.text()})`,
      (e) => `string join(${e.texts()}, ${e.text()})`, (e) => `(if ${e.boolean()} then ${e.text()} else ${e.text()})`, (e) => `string(${e.boolean()})`,
      (e) => `${e.texts()}[${one(['1', '2', '-1'])}]`,
    ],
    boolean: [
      (e) => `(${e.number()} < ${e.number()})`, (e) => `(${e.number()} <= ${e.number()})`, (e) => `(${e.number()} > ${e.number()})`,
      (e) => `(${e.number()} >= ${e.number()})`, (e) => `(${e.number()} = ${e.number()})`, (e) => `(${e.number()} != ${e.number()})`,
      (e) => `(${e.text()} = ${e.text()})`, (e) => `(${e.text()} < ${e.text()})`, (e) => `(${e.boolean()} and ${e.boolean()})`,
      (e) => `(${e.boolean()} or ${e.boolean()})`, (e) => `not(${e.boolean()})`, (e) => `(${e.number()} in ${e.range()})`,
      (e) => `(${e.number()} between ${e.number()} and ${e.number()})`, (e) => `(${e.number()} in (1, 2, ${e.number()}))`,
      (e) => `(some v in ${e.list()} satisfies v > ${e.number()})`, (e) => `(every v in ${e.list()} satisfies v > ${e.number()})`,
      (e) => `contains(${e.text()}, ${e.text()})`, (e) => `starts with(${e.text()}, ${e.text()})`, (e) => `ends with(${e.text()}, ${e.text()})`,
      (e) => `list contains(${e.list()}, ${e.number()})`, (e) => `(${e.list()} = ${e.list()})`, (e) => `(${e.number()} instance of number)`,
      (e) => `all([${e.boolean()}, ${e.boolean()}])`, (e) => `any([${e.boolean()}, ${e.boolean()}])`, (e) => `matches(${e.text()}, "^[ab]")`,
    ],
    list: [
      (e) => `[${e.number()}, ${e.number()}]`, (e) => `(for v in ${e.list()} return v + ${e.number()})`, (e) => `${e.list()}[item > ${e.number()}]`,
      (e) => `append(${e.list()}, ${e.number()})`, (e) => `concatenate(${e.list()}, ${e.list()})`, (e) => `reverse(${e.list()})`,
      (e) => `distinct values(${e.list()})`, (e) => `union(${e.list()}, ${e.list()})`, (e) => `remove(${e.list()}, ${one(['1', '2'])})`,
      (e) => `insert before(${e.list()}, 1, ${e.number()})`, (e) => `sublist(${e.list()}, ${one(['1', '2', '-1'])})`, (e) => `flatten([${e.list()}, [${e.list()}]])`,
      (e) => `sort(${e.list()}, function(x, y) x < y)`, (e) => `(for v in 1..${one(['1', '3', '-2'])} return v * ${e.number()})`, (e) => `index of(${e.list()}, ${e.number()})`,
    ],
    texts: [(e) => `[${e.text()}, ${e.text()}]`, (e) => `split(${e.text()}, "b")`, (e) => `(for v in ${e.texts()} return v + ${e.text()})`],
    range: [(e) => `[${one(['0', '1', '2'])}..${one(['3', '5.5', '8'])}]`],
  };
  const KINDS = ['number', 'text', 'boolean', 'list'];
  const make = (kind, depth) => {
    const odd = next();
    if (odd < 0.02) return 'null';
    if (odd < 0.05) return make(one(KINDS), depth - 1);
    if (depth <= 0 || next() < 0.2) return LEAVES[kind]();
    const inner = Object.fromEntries(Object.keys(LEAVES).map((of) => [of, () => make(of, depth - 1)]));
    return one(FORMS[kind])(inner);
  };
  return () => make(one(KINDS), 1 + below(3));
}

// What the names of the expressions stand for.
export const NAMES = { n: 3, m: -0.5, t: 'abc', b: true, l: [1, 2, 2] };

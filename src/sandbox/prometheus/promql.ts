// The PromQL that the sandbox answers: `<aggregation> by (labels) (<function>(selector[window]))`, each of its parts alone, and arithmetic between them.

const aggregations = ['sum', 'max', 'min', 'avg', 'count'] as const;
export type Aggregation = (typeof aggregations)[number];
const rangeFunctions = [
  'rate',
  'increase',
  'max_over_time',
  'min_over_time',
  'avg_over_time',
  'quantile_over_time',
] as const;
type RangeFunction = (typeof rangeFunctions)[number];

export type Matcher = {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
  readonly pattern: RegExp;
};
export type Selector = { readonly kind: 'selector'; readonly name: string; readonly matchers: readonly Matcher[] };
export type RangeCall = {
  readonly kind: 'range';
  readonly fn: RangeFunction;
  readonly quantile: number | null;
  readonly selector: Selector;
  readonly windowMs: number;
};
type Aggregate = {
  readonly kind: 'aggregate';
  readonly op: Aggregation;
  readonly by: readonly string[];
  readonly of: Expression;
};
const operators = ['+', '-', '*', '/', '>', '<'] as const;
export type Operator = (typeof operators)[number];
export type Binary = {
  readonly kind: 'binary';
  readonly op: Operator;
  readonly left: Expression;
  readonly right: Expression;
};
type Scalar = { readonly kind: 'number'; readonly value: number };
export type Expression = Selector | RangeCall | Aggregate | Binary | Scalar;

/** The sandbox cannot read the query, or cannot answer it. */
export class QueryError extends Error {}

const supported =
  'the simulated Prometheus answers <sum|max|min|avg|count> by (labels) (<rate|increase|max_over_time|min_over_time|avg_over_time|quantile_over_time>(selector[window])), each part of it, and + - * / > < between them';

export function parseQuery(text: string): Expression {
  const tokens = tokenize(text);
  const parser = new Parser(tokens);
  const expression = parser.expression();
  parser.end();
  return expression;
}

type Token = {
  readonly kind: 'name' | 'number' | 'string' | 'duration' | 'sign';
  readonly text: string;
  readonly at: number;
};

const pattern =
  /\s+|(?<duration>(?:\d+(?:ms|[smhdwy]))+)|(?<number>\d+(?:\.\d+)?|\.\d+)|(?<name>[a-zA-Z_:][\w:]*)|(?<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<sign>=~|!~|!=|[(){}[\],=+\-*/><])/y;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (match === null)
      throw new QueryError(`1:${at + 1}: parse error: unexpected "${text.slice(at, at + 12)}"; ${supported}`);
    for (const kind of ['duration', 'number', 'name', 'string', 'sign'] as const) {
      const found = match.groups?.[kind];
      if (found !== undefined) tokens.push({ kind, text: found, at: at + 1 });
    }
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(): Expression {
    return this.#chain(() => this.#chain(() => this.#chain(() => this.#term(), ['*', '/']), ['+', '-']), ['>', '<']);
  }

  /** Operators of one rank, from the left. */
  #chain(next: () => Expression, ranked: readonly Operator[]): Expression {
    let left = next();
    for (;;) {
      const op = ranked.find((one) => one === this.#peek()?.text);
      if (op === undefined) return left;
      this.#position += 1;
      left = { kind: 'binary', op, left, right: next() };
    }
  }

  #term(): Expression {
    if (this.#peek()?.text === '(') {
      this.#sign('(');
      const inside = this.expression();
      this.#sign(')');
      return inside;
    }
    if (this.#peek()?.kind === 'number') return { kind: 'number', value: Number(this.#take('number').text) };
    const name = this.#take('name');
    const aggregation = aggregations.find((one) => one === name.text);
    const next = this.#peek()?.text;
    if (aggregation !== undefined && (next === '(' || next === 'by')) return this.#aggregate(aggregation);
    if (next === '(') return this.#call(name);
    return this.#selector(name.text);
  }

  end(): void {
    const token = this.#peek();
    if (token !== undefined) this.#refuse(token);
  }

  #aggregate(op: Aggregation): Aggregate {
    let by = this.#grouping();
    this.#sign('(');
    const of = this.expression();
    this.#sign(')');
    by ??= this.#grouping();
    return { kind: 'aggregate', op, by: by ?? [], of };
  }

  #grouping(): string[] | null {
    if (this.#peek()?.text !== 'by') return null;
    this.#position += 1;
    this.#sign('(');
    const labels: string[] = [];
    while (this.#peek()?.text !== ')') {
      labels.push(this.#take('name').text);
      if (this.#peek()?.text === ',') this.#sign(',');
    }
    this.#sign(')');
    return labels;
  }

  #call(name: Token): RangeCall {
    const fn = rangeFunctions.find((one) => one === name.text);
    if (fn === undefined)
      throw new QueryError(`1:${name.at}: unknown or unsupported function "${name.text}"; ${supported}`);
    this.#sign('(');
    let quantile: number | null = null;
    if (fn === 'quantile_over_time') {
      quantile = Number(this.#take('number').text);
      this.#sign(',');
    }
    const selector = this.#selector(this.#take('name').text);
    this.#sign('[');
    const windowMs = durationMs(this.#take('duration').text);
    this.#sign(']');
    this.#sign(')');
    return { kind: 'range', fn, quantile, selector, windowMs };
  }

  #selector(name: string): Selector {
    const matchers: Matcher[] = [];
    if (this.#peek()?.text === '{') {
      this.#sign('{');
      while (this.#peek()?.text !== '}') {
        const label = this.#take('name').text;
        const op = this.#take('sign');
        if (op.text !== '=' && op.text !== '!=' && op.text !== '=~' && op.text !== '!~') this.#refuse(op);
        else matchers.push(matcher(label, op.text, unquote(this.#take('string').text)));
        if (this.#peek()?.text === ',') this.#sign(',');
      }
      this.#sign('}');
    }
    return { kind: 'selector', name, matchers };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#position];
  }

  #take(kind: Token['kind']): Token {
    const token = this.#peek();
    if (token === undefined) throw new QueryError(`parse error: unexpected end of input; ${supported}`);
    if (token.kind !== kind) this.#refuse(token);
    this.#position += 1;
    return token;
  }

  #sign(text: string): void {
    const token = this.#take('sign');
    if (token.text !== text) this.#refuse(token);
  }

  #refuse(token: Token): never {
    throw new QueryError(`1:${token.at}: parse error: unexpected ${token.text}; ${supported}`);
  }
}

function matcher(label: string, op: Matcher['op'], value: string): Matcher {
  let compiled = /^$/;
  try {
    if (op === '=~' || op === '!~') compiled = new RegExp(`^(?:${value})$`);
  } catch {
    throw new QueryError(`parse error: ${JSON.stringify(value)} is no regular expression`);
  }
  return { label, op, value, pattern: compiled };
}

/** Whether a label's value (empty when the label is absent) satisfies a matcher. */
export function matches(one: Matcher, value: string): boolean {
  switch (one.op) {
    case '=':
      return value === one.value;
    case '!=':
      return value !== one.value;
    case '=~':
      return one.pattern.test(value);
    case '!~':
      return !one.pattern.test(value);
    default:
      return one.op satisfies never;
  }
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** `5m`, `1h30m`: milliseconds. */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g))
    total += Number(number) * (units[unit ?? ''] ?? 0);
  return total;
}

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}

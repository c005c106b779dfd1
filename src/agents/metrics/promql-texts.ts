// Whether the texts of a query are what Prometheus takes: escapes that Go knows, and regular expressions of RE2.
import { argumentsOf, nameOf, type Node, type QueryProblem, type Tree } from './promql-tree.ts';

const escape = /\\(?:x([\da-fA-F]{2})|([0-7]{3})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([\s\S]?))/g;
const known: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/**
 * What RE2 writes in its own way: a character by its number, an empty place that is repeated, a named group, or flags for a group or
 * from here on. Any other escape stays as it is.
 */
const ownOfRe2 = /\\x\{([\dA-Fa-f]+)\}|([$^]|\\[Bb])(?=[*+?]|\{\d)|\\[\s\S]|\(\?(?:P?<\w+>|([imsU-]+)([:)]))/g;

/** The first text that is refused; null when all can be read. */
export function textProblem(query: string, tree: Tree): QueryProblem | null {
  const problems: QueryProblem[] = [];
  tree.iterate({
    enter({ name, node }) {
      if (name !== 'StringLiteral') return;
      const read = readText(query.slice(node.from, node.to));
      const wrong = 'wrong' in read ? read.wrong : isPattern(query, node) ? patternProblem(read.text) : null;
      if (wrong !== null) problems.push({ offset: node.from, wrong });
    },
  });
  return problems[0] ?? null;
}

/** Why RE2 refuses a pattern, as far as that is certain; null otherwise. */
export function patternProblem(pattern: string): string | null {
  const shown = JSON.stringify(pattern.slice(0, 40));
  const bare = pattern
    .replaceAll(/\\[\s\S]/g, (pair) => (/[1-9]/.test(pair) ? pair : 'x'))
    .replaceAll(/\[\^?\]?[^\]]*\]/g, 'x');
  if (/\(\?<?[=!]/.test(bare)) return `${shown} looks ahead or behind, which RE2 cannot`;
  if (/\\[1-9](?![0-7])/.test(bare)) return `${shown} refers back to a group, which RE2 cannot`;
  if (pattern.includes('\\Q')) return null;
  try {
    RegExp(pattern.replaceAll(ownOfRe2, plainly));
    return null;
  } catch (error) {
    const why =
      error instanceof Error ? error.message.replace(/^.*: (?=[^:]*$)/, '').toLowerCase() : 'it cannot be read';
    return `${shown} is no regular expression: ${why}`;
  }
}

function plainly(whole: string, code?: string, empty?: string, flags?: string, end?: string): string {
  if (code !== undefined) return unitOf(Number.parseInt(code, 16));
  if (empty !== undefined) return 'x';
  if (whole.startsWith('\\')) return whole;
  if (flags === undefined) return '(';
  return end === ':' ? '(?:' : '';
}

/** An escape of one unit, so that a range stays a range; all that need two are the last one. */
function unitOf(code: number): string {
  return `\\u${Math.min(code, 0xff_ff).toString(16).padStart(4, '0')}`;
}

function isPattern(query: string, node: Node): boolean {
  const { parent } = node;
  if (parent === null) return false;
  if (parent.name === 'FunctionCallBody' && parent.parent !== null && nameOf(query, parent.parent) === 'label_replace')
    return argumentsOf(parent.parent)[4]?.from === node.from;
  const op = parent.getChild('MatchOp');
  return op !== null && op.to <= node.from && /~/.test(query.slice(op.from, op.to));
}

function readText(literal: string): { readonly text: string } | { readonly wrong: string } {
  const quote = literal.charAt(0);
  const raw = literal.slice(1, -1);
  if (quote === '`') return { text: raw };
  let wrong: string | null = null;
  const text = raw.replaceAll(escape, (whole, x?: string, octal?: string, u?: string, long?: string, plain = '') => {
    const code = x ?? u ?? long;
    if (code !== undefined) return fromCode(Number.parseInt(code, 16));
    if (octal !== undefined) return fromCode(Number.parseInt(octal, 8));
    const character = plain === quote ? quote : known[String(plain)];
    if (character === undefined)
      wrong ??= `the text has ${whole}, which PromQL does not know: write \\${whole}, or put the text between backticks`;
    return character ?? '';
  });
  return wrong === null ? { text } : { wrong };
}

function fromCode(code: number): string {
  return code <= 0x10_ffff ? String.fromCodePoint(code) : '';
}

// Reads the Prometheus text format line by line and hands over the wanted samples without making an object for the others.

/** Called per sample; `labels` is the text between the braces. */
export type SampleVisitor = (name: string, labels: string, value: number) => void;

export type Reading = { readonly samples: number; readonly malformed: number };

const newline = 10;
const hash = 35;
const openBrace = 123;

/** Visits the samples whose name is wanted. Values that are no finite number are counted as malformed, never passed on. */
export function readExposition(text: string, wanted: ReadonlySet<string>, visit: SampleVisitor): Reading {
  let samples = 0;
  let malformed = 0;
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    const first = text.charCodeAt(start);
    if (first !== hash && first !== newline && end > start) {
      const nameEnd = endOfName(text, start, end);
      const name = text.slice(start, nameEnd);
      if (wanted.has(name)) {
        const hasLabels = text.charCodeAt(nameEnd) === openBrace;
        const close = hasLabels ? endOfLabels(text, nameEnd + 1, end) : nameEnd - 1;
        const value = close === -1 ? Number.NaN : valueIn(text, close + 1, end);
        if (Number.isFinite(value)) {
          samples += 1;
          visit(name, hasLabels ? text.slice(nameEnd + 1, close) : '', value);
        } else malformed += 1;
      }
    }
    start = end + 1;
  }
  return { samples, malformed };
}

/** One label's value, or ''. The text is what `readExposition` handed over. */
export function labelIn(labels: string, name: string): string {
  let at = 0;
  while (at < labels.length) {
    const equals = labels.indexOf('="', at);
    if (equals === -1) return '';
    const close = endOfString(labels, equals + 2);
    if (close === -1) return '';
    if (labels.slice(at, equals).trim() === name) return unescape(labels.slice(equals + 2, close));
    at = close + 1;
    while (labels[at] === ',' || labels[at] === ' ') at += 1;
  }
  return '';
}

function endOfName(text: string, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code === openBrace || code === 32 || code === 9) return at;
  }
  return end;
}

/** Position of the closing brace, or -1; braces inside quotes do not count. */
function endOfLabels(text: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const character = text[at];
    if (character === '}') return at;
    if (character === '"') {
      at = endOfString(text, at + 1);
      if (at === -1 || at >= end) return -1;
    }
    at += 1;
  }
  return -1;
}

function endOfString(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (character === '"') return at;
    at += 1;
  }
  return -1;
}

/** The first word; a time stamp may follow it. */
function valueIn(text: string, start: number, end: number): number {
  const rest = text.slice(start, end).trim();
  const space = rest.indexOf(' ');
  const word = space === -1 ? rest : rest.slice(0, space);
  return word === '' ? Number.NaN : Number(word);
}

function unescape(text: string): string {
  return text.includes('\\')
    ? text.replaceAll(/\\(.)/g, (_all, character: string) => (character === 'n' ? '\n' : character))
    : text;
}

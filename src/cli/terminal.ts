// Decides once whether a person sits at a terminal: prompts, colour, width and the form of times follow from it.
import type { Writable } from 'node:stream';

export type ColorChoice = 'auto' | 'always' | 'never';

/** Where a verb reads and writes; tests hand in their own. */
export type Io = {
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** As typed: `advisor` or `kubectl advisor`. */
  readonly invokedAs: string;
};

export type Terminal = {
  /** A prompt may be shown and answered. */
  readonly canPrompt: boolean;
  /** stdout is read by a person: relative ages, cut to the width. */
  readonly shown: boolean;
  readonly width: number;
  readonly color: boolean;
  readonly ascii: boolean;
  /** A line on stderr may be rewritten, and how long it may be. */
  readonly rewrites: boolean;
  readonly noteWidth: number;
};

export function terminalOf(io: Io, choice: { readonly color: ColorChoice; readonly input: boolean }): Terminal {
  const { env } = io;
  const dumb = env['TERM'] === 'dumb';
  const shown = io.stdout.isTTY === true;
  const quietColor = dumb || (env['NO_COLOR'] ?? '') !== '' || !shown;
  return {
    canPrompt: choice.input && io.stdin.isTTY === true && io.stderr.isTTY === true && (env['CI'] ?? '') === '' && !dumb,
    shown,
    width: shown ? columnsOf(io.stdout) : Number.POSITIVE_INFINITY,
    color: choice.color === 'always' || (choice.color === 'auto' && !quietColor),
    ascii: !/utf-?8/i.test(env['LC_ALL'] ?? env['LC_CTYPE'] ?? env['LANG'] ?? ''),
    rewrites: io.stderr.isTTY === true && !dumb && (env['CI'] ?? '') === '',
    noteWidth: columnsOf(io.stderr),
  };
}

/** A terminal that does not know its width says nothing, or 0. */
function columnsOf(stream: { readonly columns?: number }): number {
  const { columns = 0 } = stream;
  return columns > 0 ? columns : 80;
}

const codes = { red: 31, green: 32, yellow: 33, cyan: 36, dim: 2, bold: 1 } as const;
export type Paint = keyof typeof codes;

/** Colours a word; the word itself always says the same. */
export function paint(terminal: Pick<Terminal, 'color'>, style: Paint, text: string): string {
  return terminal.color ? `\u001B[${codes[style]}m${text}\u001B[0m` : text;
}

/** Makes control and bidirectional characters of cluster text visible, so that no name or log line can steer a terminal. */
export function plain(text: string): string {
  return text.replaceAll(
    /\p{Cc}|[\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

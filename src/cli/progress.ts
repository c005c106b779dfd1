// Says what is being waited for: one rewritten line on a terminal, at most one line in ten seconds elsewhere, nothing with -q.
import { plain } from './terminal.ts';
import type { VerbContext } from './verb.ts';

export type Progress = {
  say(text: string): void;
  /** Takes the line away; the answer starts on a clean one. */
  end(): void;
};

const quietMs = 10_000;

export function progressOf(context: VerbContext, verb: string): Progress {
  const { io, terminal, clock, flags } = context;
  const startedAt = clock.monotonic();
  let saidAt = startedAt;
  let shown = 0;
  const seconds = (): number => Math.round((clock.monotonic() - startedAt) / 1000);
  // No escape is needed to rewrite a line, so that no colour setting matters here.
  const rewrite = (text: string): void => {
    io.stderr.write(`\r${text.padEnd(shown)}`);
    shown = text.length;
  };
  if (flags.quiet === true) return { say: () => undefined, end: () => undefined };
  if (terminal.rewrites)
    return {
      say: (text) => rewrite(cut(`${plain(text)} · ${seconds()} s`, terminal.noteWidth - 1)),
      end() {
        if (shown === 0) return;
        rewrite('');
        io.stderr.write('\r');
        shown = 0;
      },
    };
  return {
    say(text) {
      if (clock.monotonic() - saidAt < quietMs) return;
      saidAt = clock.monotonic();
      io.stderr.write(`${verb}: ${plain(text)} · ${seconds()} s\n`);
    },
    end: () => undefined,
  };
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

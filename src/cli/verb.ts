// What every verb gets and gives: its flags, where to write, the time, and an exit code back.
import type { Clock } from '../clock.ts';
import type { Config, ConfigInput, ConfigKey } from '../config/config.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { terminalOf, type ColorChoice, type Io, type Terminal } from './terminal.ts';

const outputForms = ['table', 'wide', 'json', 'yaml', 'name', 'jsonl'] as const;
/** `html` is a form of the verbs whose entry says so. */
export type OutputForm = (typeof outputForms)[number] | 'html';

export type GlobalFlags = {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly requestTimeout?: string;
  readonly output?: string;
  readonly watch?: boolean;
  readonly server?: string;
  readonly tokenFile?: string;
  readonly journal?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly wait?: string;
  readonly input?: boolean;
  readonly color?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
};

export type VerbContext = {
  readonly io: Io;
  readonly flags: GlobalFlags;
  readonly terminal: Terminal;
  readonly form: OutputForm;
  /** The answer. */
  out(text: string): void;
  /** Prompts, progress, hints and warnings; silent with -q. */
  note(text: string): void;
  config(extra?: Readonly<Partial<Record<ConfigKey, string>>>): Config;
  /** A command of this program in the form that was typed: `kubectl advisor run` for `advisor run`. */
  typed(text: string): string;
  readonly clock: Clock;
  /** Aborts on the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
};

/** A verb: does its work and resolves with the exit code. */
export type Verb<Options> = (context: VerbContext, options: Options, args: readonly string[]) => Promise<number>;

/** What the process hands to every verb; loaded only when one runs. */
export type Surroundings = {
  readonly io: Io;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly readConfig: (input: ConfigInput) => Config;
  readonly typed: (text: string) => string;
};

/** `forms` are output forms that this verb has beside those of every verb. */
export function verbContext(
  { io, signal, clock, readConfig, typed }: Surroundings,
  flags: GlobalFlags,
  forms: readonly 'html'[] = [],
): VerbContext {
  const color = oneOf(flags.color ?? 'auto', ['auto', 'always', 'never'] as const, '--color') satisfies ColorChoice;
  const terminal = terminalOf(io, { color, input: flags.input !== false });
  return {
    io,
    flags,
    terminal,
    form: oneOf(flags.output ?? 'table', [...outputForms, ...forms], '--output'),
    signal,
    clock,
    typed,
    out: (text) => void io.stdout.write(text),
    note: (text) => {
      if (flags.quiet !== true) io.stderr.write(typed(text));
    },
    config: (extra = {}) =>
      readConfig({
        flags: {
          ...(flags.context === undefined ? {} : { context: flags.context }),
          ...(flags.kubeconfig === undefined ? {} : { kubeconfig: flags.kubeconfig }),
          ...(flags.server === undefined ? {} : { server: flags.server }),
          ...extra,
        },
        env: io.env,
        folder: io.folder,
      }),
  };
}

export function oneOf<const Choice extends string>(value: string, choices: readonly Choice[], flag: string): Choice {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw usage(`${flag} does not take "${value}"`, `it takes ${choices.join(', ')}`);
}

export function usage(what: string, why: string, next = 'advisor help'): Failure {
  return new Failure({ code: 'usage', what, why, next, exitCode: exitCodes.usage });
}

// `run`: the long-lived process; a header, then one line for each transition, until it is told to end.
import { startAdvisor, type Advisor } from '../app.ts';
import { pause, wallClock } from '../clock.ts';
import { exitCodes } from '../model/failure.ts';
import { modes } from '../model/mode.ts';
import { transitionLine } from '../telling/transition-line.ts';
import { clockTime, parseDuration } from './ages.ts';
import { warningLines } from './failure-lines.ts';
import { textOf } from './incidents.ts';
import { progressOf } from './progress.ts';
import { plain } from './terminal.ts';
import { oneOf, usage, type Verb, type VerbContext } from './verb.ts';
import { programVersion } from './version.ts';

const severities = ['none', 'info', 'warning', 'critical'] as const;

export const run: Verb<Readonly<Record<string, unknown>>> = async (context, options) => {
  const mode = textOf(options['mode']);
  if (mode !== undefined) oneOf(mode, modes, '--mode');
  const failOn = oneOf(textOf(options['failOn']) ?? 'none', severities, '--fail-on');
  const forMs = durationOf(textOf(options['for']));
  const asJson =
    oneOf(textOf(options['log']) ?? (context.terminal.shown ? 'text' : 'json'), ['text', 'json'] as const, '--log') ===
    'json';
  const flags = Object.entries({
    mode,
    listen: textOf(options['listen']),
    dataFolder: textOf(options['data']),
    policyFolder: textOf(options['policy']),
  });
  const config = context.config(
    Object.fromEntries(flags.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
  );
  const print = asJson ? jsonPrinter(context) : textPrinter(context);
  const progress = progressOf(context, 'run');
  progress.say('connecting, and reading cluster and past');
  const advisor = await startAdvisor({
    config,
    version: programVersion(),
    signal: context.signal,
    onEvent: print,
  }).finally(() => progress.end());
  try {
    context.note(header(advisor, config.modeSource));
    for (const warning of advisor.warnings)
      context.note(warningLines(warning.what, warning.code, warning.why, warning.next));
    if (options['once'] === true) {
      await advisor.once();
      const worst = advisor.worstSeverity();
      return severities.indexOf(worst) >= severities.indexOf(failOn) && failOn !== 'none'
        ? exitCodes.no
        : exitCodes.done;
    }
    advisor.start();
    await ended(context, forMs);
    return context.signal.reason === 'SIGINT' ? 130 : exitCodes.done;
  } finally {
    await advisor.close(context.signal.aborted ? 'terminated' : 'time over');
  }
};

function header(advisor: Advisor, modeSource: string): string {
  const { about } = advisor;
  const rows: readonly (readonly [string, string])[] = [
    ['leader', about.leader],
    ['metrics', about.metrics],
    ['past', about.baselines],
    ['rights', about.rights],
    ['api', `${about.url} (token in ${about.tokenFile})`],
  ];
  return [
    `advisor ${about.version} · ${about.clusterName} (${about.clusterId.slice(0, 6)}) · mode ${about.mode} (${modeSource}) · journal ${about.events.toLocaleString('en')} events`,
    ...rows.map(([label, text]) => `${label.padEnd(10)} ${text}`),
    '',
    '',
  ].join('\n');
}

type Printer = NonNullable<Parameters<typeof startAdvisor>[0]['onEvent']>;

function textPrinter(context: VerbContext): Printer {
  return (event, state) => {
    const line = transitionLine(event, state);
    if (line !== null)
      context.out(
        `${clockTime(event.atMs)}  ${[line.incident.padEnd(7), line.word.padEnd(17), line.subject.padEnd(26), plain(line.text)].join(' ').trimEnd()}\n`,
      );
  };
}

function jsonPrinter(context: VerbContext): Printer {
  return (event, state) => {
    const line = transitionLine(event, state);
    if (line !== null)
      context.out(
        `${JSON.stringify({ at: new Date(event.atMs).toISOString(), seq: event.seq, kind: event.body.kind, ...line })}\n`,
      );
  };
}

function durationOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms === null) throw usage(`--for does not take "${text}"`, 'it takes a duration such as 90s, 15m or 1h');
  return ms;
}

async function ended(context: VerbContext, forMs: number | null): Promise<void> {
  const longest = 2 ** 31 - 1;
  await pause(wallClock(), Math.min(forMs ?? longest, longest), context.signal).catch(() => undefined);
}

// Service level objectives as people declare them: `availability=99.9/30d; latency=99@300ms/30d`, read strictly and told what to write instead.
import { type SignalId, signalId } from './signal.ts';
import type { ObjectRef } from './target.ts';

/** Annotation on a workload that declares its objectives. Anyone who may edit the workload may write it: it opens findings, it allows nothing. */
export const sloAnnotation = 'nemotron-advisor.dev/slo';

export type Slo = {
  /** `availability`, `latency@300ms` or the id of a share that is counted; one harm has one name, so that it is unique within a workload. */
  readonly name: string;
  /** The signal whose bad events are counted. */
  readonly signal: SignalId;
  /** Share of good events that is promised, between 0.5 and 1. */
  readonly objective: number;
  /** A request that takes longer is a bad one, seconds; null where the signal itself tells bad from good. */
  readonly thresholdS: number | null;
  /** Days over which the budget of bad events counts. */
  readonly days: number;
};

/** `from` is where it was declared: `slo.yaml:3`, or the annotation. */
export type DeclaredSlo = Slo & { readonly of: ObjectRef; readonly from: string };

export type ParsedSlos = { readonly slos: readonly Slo[] } | { readonly problem: string };

const sloForm = 'write availability=99.9/30d; latency=99@300ms/30d';

/** Shares with a number of events behind them; of all other signals no share of good events can be promised. */
export const countedSignals = [
  'sli.err',
  'sli.latency',
  'cpu.throttling',
  'network.errors',
  'network.drops',
] as const satisfies readonly SignalId[];

const namesForm = `write availability, latency, ${countedSignals.slice(2).join(', ')}`;

const mostCharacters = 500;
const mostSlos = 8;
const mostDays = 90;
const leastPercent = 50;

/** One or more objectives separated by `;`. A mistake refuses the whole text: half a declaration would look like a whole one. */
export function parseSlos(text: string): ParsedSlos {
  if (text.length > mostCharacters) return { problem: `it has more than ${mostCharacters} characters; ${sloForm}` };
  const parts = text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (parts.length === 0) return { problem: `it declares nothing; ${sloForm}` };
  if (parts.length > mostSlos)
    return { problem: `it declares ${parts.length} objectives; at most ${mostSlos} are read` };
  const slos: Slo[] = [];
  for (const part of parts) {
    const [name = '', ...rest] = part.split('=');
    if (rest.length !== 1) return { problem: `${shown(part)} is not name=objective; ${sloForm}` };
    const read = parseSlo(name.trim(), rest[0] ?? '');
    if ('problem' in read) return read;
    if (slos.some((one) => one.name === read.slo.name))
      return { problem: `${read.slo.name} is declared twice; keep one` };
    slos.push(read.slo);
  }
  return { slos };
}

const form = /^(\d{1,3}(?:\.\d{1,5})?)\s*%?(?:\s*@\s*(\d{1,6}(?:\.\d{1,6})?)\s*(ms|s))?\s*\/\s*(\d{1,3})\s*d$/;

/** One objective: `99.9/30d`, or `99@300ms/30d` for latency. */
export function parseSlo(name: string, text: string): { readonly slo: Slo } | { readonly problem: string } {
  const signal = signalNamed(name);
  if (signal === null) return { problem: `${shown(name)} names no signal; ${namesForm}` };
  if (!countedSignals.some((one) => one === signal))
    return { problem: `${name} has no number of events behind it, so no share of them can be promised; ${namesForm}` };
  const match = form.exec(text.trim());
  if (match === null) {
    const example = signal === 'sli.latency' ? '99@300ms/30d' : '99.9/30d';
    return { problem: `${shown(text.trim())} is no objective for ${name}; write ${name}=${example}` };
  }
  const [, percentText = '', amount, unit, daysText = ''] = match;
  const percent = Number(percentText);
  const days = Number(daysText);
  if (!(percent >= leastPercent && percent < 100))
    return {
      problem: `${percentText} % cannot be promised; write a percentage from ${leastPercent} to below 100, such as 99.9`,
    };
  if (!(days >= 1 && days <= mostDays))
    return { problem: `${daysText} days are no period of a budget; write 1d to ${mostDays}d, usually 30d` };
  const isLatency = signal === 'sli.latency';
  if (isLatency && amount === undefined)
    return {
      problem: `latency needs the time that a request may take; write ${name}=${percentText}@300ms/${daysText}d`,
    };
  if (!isLatency && amount !== undefined)
    return { problem: `${name} has no time to compare with; write ${name}=${percentText}/${daysText}d` };
  const thresholdS = amount === undefined ? null : unit === 'ms' ? Number(amount) / 1000 : Number(amount);
  if (thresholdS === 0) return { problem: `no request takes no time; write ${name}=${percentText}@300ms/${daysText}d` };
  return {
    slo: {
      name: nameOf(signal, thresholdS),
      signal,
      // Decimal percent: 99.9 / 100 alone is 0.9990000000000001 away from what was written.
      objective: Number((percent / 100).toFixed(9)),
      thresholdS,
      days,
    },
  };
}

/** `sli.err` is availability, and 0.3s is 300ms: two spellings of one promise open one finding. */
function nameOf(signal: SignalId, thresholdS: number | null): string {
  if (thresholdS !== null)
    return `latency@${thresholdS < 1 ? `${Number((thresholdS * 1000).toFixed(6))}ms` : `${thresholdS}s`}`;
  return signal === 'sli.err' ? 'availability' : signal;
}

function signalNamed(name: string): SignalId | null {
  if (name === 'availability') return 'sli.err';
  if (name === 'latency') return 'sli.latency';
  const id = signalId.safeParse(name);
  return id.success ? id.data : null;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 40));
}

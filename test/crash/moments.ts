// When to kill: moments drawn from a seed, some anywhere in time, some right around the write, where a kill could do most harm.
export type Moment =
  /** So many steps after the fault began, and so many wall milliseconds into that step. */
  | { readonly kind: 'time'; readonly step: number; readonly delayMs: number }
  /** So many wall milliseconds after the test hears that an event of this kind was recorded. */
  | { readonly kind: 'event'; readonly event: string; readonly delayMs: number }
  /**
   * At a request on its way to the API server: `before` it is lost with the process, `under way` it arrives after the process is
   * dead, `after` the server has answered and the answer is lost.
   */
  | {
      readonly kind: 'request';
      readonly of: 'dry run' | 'write' | 'fence';
      readonly when: 'before' | 'under way' | 'after';
    };

const steps = 22;
const longestDelayMs = 60;
const shortDelayMs = 12;
const aroundTheWrite = [
  'plan.proposed',
  'plan.judged',
  'approval.requested',
  'approval.decided',
  'approval.used',
  'intent.recorded',
  'intent.recorded',
  'intent.recorded',
  'write.answered',
  'write.answered',
  'outcome.recorded',
] as const;
const whens = ['before', 'under way', 'after'] as const;

/** A third anywhere in time, a third by events of the plan, a third by requests; only the first two where requests cannot be seen. */
export function drawMoment(random: () => number, seesRequests: boolean): Moment {
  const share = random() * (seesRequests ? 3 : 2);
  if (share < 1)
    return { kind: 'time', step: Math.floor(random() * steps), delayMs: Math.floor(random() * longestDelayMs) };
  if (share < 2)
    return { kind: 'event', event: pick(random, aroundTheWrite), delayMs: Math.floor(random() * shortDelayMs) };
  return random() < 0.2
    ? { kind: 'request', of: 'dry run', when: pick(random, whens) }
    : { kind: 'request', of: 'write', when: pick(random, whens) };
}

/** A moment while the next process settles what the one before left open. */
export function drawSecondMoment(random: () => number, seesRequests: boolean): Moment {
  if (seesRequests && random() < 0.5) return { kind: 'request', of: 'fence', when: pick(random, whens) };
  const event = pick(random, ['process.started', 'lease.acquired', 'intent.recorded', 'fence.settled'] as const);
  return { kind: 'event', event, delayMs: Math.floor(random() * shortDelayMs) };
}

export function shownMoment(moment: Moment): string {
  switch (moment.kind) {
    case 'time':
      return `step ${moment.step} + ${moment.delayMs} ms`;
    case 'event':
      return `${moment.event} + ${moment.delayMs} ms`;
    case 'request':
      return `${moment.of}, ${moment.when}`;
    default:
      return moment satisfies never;
  }
}

function pick<T>(random: () => number, from: readonly T[]): T {
  const at = Math.floor(random() * from.length);
  const found = from[at];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
}

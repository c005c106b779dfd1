// Follows a plan to its outcome and turns the outcome into an exit code; Ctrl-C ends the following, never the plan.
import { exitCodes } from '../model/failure.ts';
import { pause, wallClock } from '../clock.ts';
import type { PlanView } from '../model/api.ts';
import { parseDuration } from './ages.ts';
import type { AdvisorClient } from './client.ts';
import { usage, type VerbContext } from './verb.ts';

const pollMs = 500;
const longestMs = 24 * 3_600_000;

export async function follow(context: VerbContext, client: AdvisorClient, planId: string): Promise<number> {
  const waitMs = context.flags.quiet === true ? 0 : waitOf(context);
  if (waitMs === 0) return exitCodes.done;
  context.note('following to the outcome (ctrl-c leaves the plan running)\n');
  const clock = wallClock();
  const until = clock.monotonic() + waitMs;
  let written = false;
  while (clock.monotonic() < until) {
    if (context.signal.aborted) {
      context.note('the plan goes on; advisor show tells how it ends\n');
      return context.signal.reason === 'SIGTERM' ? 143 : 130;
    }
    const incident = await client.incident(planId.split('/')[0] ?? '');
    const plan = incident.plans.find((one) => one.id === planId);
    if (plan === undefined) break;
    if (!written && plan.actions.some((one) => one.writtenAt !== null)) {
      written = true;
      context.out('written, permit used\n');
    }
    const end = ending(plan);
    if (end !== null) {
      context.out(`${end.text}\n`);
      return end.exitCode;
    }
    await pause(clock, pollMs, context.signal).catch(() => undefined);
  }
  context.note('not decided in the time given; advisor show tells how it ends\n');
  return exitCodes.waitedEnough;
}

function ending(shown: PlanView): { readonly text: string; readonly exitCode: number } | null {
  const outcomes = shown.actions.flatMap((one) => (one.outcome === null ? [] : [one.outcome]));
  const bad =
    outcomes.find((one) => one.word === 'harmful') ??
    outcomes.find((one) => one.word === 'ineffective') ??
    outcomes.find((one) => one.word === 'unknown');
  if (bad !== undefined)
    return {
      text: `${bad.word}${bad.undone ? ' (undone)' : ''}: ${bad.sentence}`,
      exitCode: bad.word === 'unknown' ? exitCodes.waitedEnough : exitCodes.no,
    };
  if (outcomes.length === shown.actions.length)
    return { text: `effective: ${outcomes.map((one) => one.sentence).join('; ')}`, exitCode: exitCodes.done };
  if (shown.actions.some((one) => one.verdict === 'denied' && !one.wouldBe))
    return { text: 'denied when it was judged again before the write', exitCode: exitCodes.heldBack };
  const held = shown.actions.find((one) => one.held !== null);
  if (held !== undefined) return { text: `held: ${held.held}`, exitCode: exitCodes.heldBack };
  return shown.ended === null ? null : { text: shown.ended.why, exitCode: exitCodes.conflict };
}

function waitOf(context: VerbContext): number {
  const text = context.flags.wait;
  if (text === undefined) return longestMs;
  if (text === '0') return 0;
  const ms = parseDuration(text);
  if (ms === null) throw usage(`--wait does not take "${text}"`, 'it takes a duration such as 90s, 15m, or 0');
  return ms;
}

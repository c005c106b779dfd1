// Follows a plan to its outcome and turns the outcome into an exit code; Ctrl-C ends the following, never the plan.
import { pause } from '../clock.ts';
import type { PlanView } from '../model/api.ts';
import { exitCodes } from '../model/failure.ts';
import { clockTime, rfc3339 } from './ages.ts';
import type { AdvisorClient } from './client.ts';
import { isDocumentForm } from './document.ts';
import { plain } from './terminal.ts';
import type { VerbContext } from './verb.ts';
import { waitMsOf } from './watch.ts';

const pollMs = 500;
const longestMs = 24 * 3_600_000;

/** How the following ended: the outcome's word when there is one, and the exit code that says the same. */
export type Followed = { readonly outcome: string | null; readonly exitCode: number };

/** Steps are part of the answer, one a line; in a form for programs they go to stderr. */
export async function follow(context: VerbContext, client: AdvisorClient, planId: string): Promise<Followed> {
  const waitMs = context.flags.quiet === true ? 0 : (waitMsOf(context) ?? longestMs);
  if (waitMs === 0) return { outcome: null, exitCode: exitCodes.done };
  context.note('following to the outcome (ctrl-c leaves the plan running)\n');
  const tell = (at: string, text: string): void => {
    const time = context.terminal.shown ? clockTime(Date.parse(at)) : rfc3339(Date.parse(at));
    const line = `${time}  ${plain(text)}\n`;
    if (isDocumentForm(context.form)) context.note(line);
    else context.out(line);
  };
  const { clock } = context;
  const until = clock.monotonic() + waitMs;
  const written = new Set<string>();
  while (clock.monotonic() < until) {
    const incident = await client.incident(planId.split('/')[0] ?? '');
    const plan = incident.plans.find((one) => one.id === planId);
    if (plan === undefined) break;
    for (const one of plan.actions) {
      if (one.writtenAt === null || written.has(one.id)) continue;
      written.add(one.id);
      tell(one.writtenAt, plan.actions.length === 1 ? 'written, permit used' : `${one.id} written, permit used`);
    }
    const end = ending(plan, incident.asOf);
    if (end !== null) {
      tell(end.at, end.text);
      return end;
    }
    await pause(clock, pollMs, context.signal).catch(() => undefined);
    if (context.signal.aborted) {
      context.note('the plan goes on; advisor show tells how it ends\n');
      return { outcome: null, exitCode: context.signal.reason === 'SIGTERM' ? 143 : 130 };
    }
  }
  context.note('not decided in the time given; advisor show tells how it ends\n');
  return { outcome: null, exitCode: exitCodes.waitedEnough };
}

type Ending = Followed & { readonly at: string; readonly text: string };

function ending(shown: PlanView, asOf: string): Ending | null {
  const outcomes = shown.actions.flatMap((one) => (one.outcome === null ? [] : [one.outcome]));
  const bad =
    outcomes.find((one) => one.word === 'harmful') ??
    outcomes.find((one) => one.word === 'ineffective') ??
    outcomes.find((one) => one.word === 'unknown');
  if (bad !== undefined) {
    const word = `${bad.word}${bad.undone ? ' (undone)' : ''}`;
    const exitCode = bad.word === 'unknown' ? exitCodes.waitedEnough : exitCodes.no;
    return { outcome: word, exitCode, at: bad.at, text: `${word}: ${bad.sentence}` };
  }
  const last = outcomes.at(-1);
  if (last !== undefined && outcomes.length === shown.actions.length) {
    const text = `effective: ${outcomes.map((one) => one.sentence).join('; ')}`;
    return { outcome: 'effective', exitCode: exitCodes.done, at: last.at, text };
  }
  const without = (text: string, exitCode: number, at = asOf): Ending => ({ outcome: null, exitCode, at, text });
  if (shown.actions.some((one) => one.verdict === 'denied' && !one.wouldBe))
    return without('denied when it was judged again before the write', exitCodes.heldBack);
  const held = shown.actions.find((one) => one.held !== null);
  if (held !== undefined) return without(`held: ${held.held ?? ''}`, exitCodes.heldBack);
  return shown.ended === null ? null : without(shown.ended.why, exitCodes.conflict, shown.ended.at);
}

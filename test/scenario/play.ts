// Plays one fault on a stage from quiet to its end, with the scripted approver at the door, and judges what was done.
import { waitingApprovals } from '../../src/folds/lookup.ts';
import type { Fault } from '../../src/sandbox/faults/fault.ts';
import { approveWaiting } from '../../src/sandbox/story/approver.ts';
import { isOver, judge, type Judgement } from './judge.ts';
import type { Stage } from './stage.ts';

const minute = 60_000;
const quietMs = 6 * minute;
/** How long restraint must last after the incident went to a person. */
const restraintMs = 12 * minute;
/** How long noise is watched. */
const noiseMs = 30 * minute;
/** A fault that is not over by then counts as not ended. */
const longestMs = 100 * minute;

export type Played = Judgement & {
  /** Catalogue code of what was injected, and the name of the injection. */
  readonly fault: string;
  readonly name: string;
  /** Cluster time from the injection to the incident, and to its end, in minutes at pace 1; null when it did not come. */
  readonly seenAfterMin: number | null;
  readonly endedAfterMin: number | null;
  readonly approvedBy: string | null;
};

export async function play(fault: Fault, stage: Stage): Promise<Played> {
  const { advisor, clock, scale } = stage;
  const until = async (limitMs: number, ends: () => boolean): Promise<boolean> => {
    const end = clock.now() + limitMs / scale;
    while (clock.now() < end) {
      if (ends()) return true;
      await stage.pass();
      if (advisor.scriptedToken !== null && waitingApprovals(advisor.state()).length > 0)
        await approveWaiting({ url: advisor.about.url, token: advisor.scriptedToken });
    }
    return ends();
  };
  await until(quietMs, () => false);
  const injectedMs = clock.now();
  await stage.inject(fault.name);
  const minutesSince = (ms: number): number => Math.round(((ms - injectedMs) * scale * 10) / minute) / 10;
  if (fault.expected.ending === 'left alone') await until(noiseMs, () => false);
  else await until(longestMs, () => isOver(fault, advisor.state()));
  const endedMs = clock.now();
  if (fault.expected.ending === 'escalated') await until(restraintMs, () => false);
  const state = advisor.state();
  const judgement = judge(fault, state, stage.audit(), stage.advisorUser);
  const opened = [...state.incidents.values()].map((one) => one.openedAtMs).filter((ms) => ms >= injectedMs);
  const approvers = [...state.approvals.values()].flatMap((one) => one.have.map((have) => have.by));
  return {
    ...judgement,
    fault: fault.code,
    name: fault.name,
    seenAfterMin: opened.length === 0 ? null : minutesSince(Math.min(...opened)),
    endedAfterMin: fault.expected.ending === 'left alone' ? null : minutesSince(endedMs),
    approvedBy: approvers[0] ?? null,
  };
}

// One fault from quiet to its end while the advisor is killed at given moments; then the server's audit is held against the journal.
import { foldAll } from '../../src/folds/fold.ts';
import { waitingApprovals } from '../../src/folds/lookup.ts';
import { emptyState, type State } from '../../src/folds/state.ts';
import type { Fault } from '../../src/sandbox/faults/fault.ts';
import { approveWaiting } from '../../src/sandbox/story/approver.ts';
import { openJournalFile, verifyJournalFile } from '../../src/store/journal-reader.ts';
import { isOver, judge } from '../scenario/judge.ts';
import type { CrashStage } from './crash-stage.ts';
import { startKillable, type Killable } from './killable.ts';
import { accountProblems, landedWrites } from './landed-writes.ts';
import type { Moment } from './moments.ts';
import { createTrap, type Trap } from './trap.ts';

const minute = 60_000;
const quietMs = 6 * minute;
const longestMs = 100 * minute;

export type CrashRun = {
  readonly kills: number;
  /** Kills whose moment never came, made once everything had ended. */
  readonly late: number;
  /** Writes that changed the target, fences and hand backs apart. */
  readonly writes: number;
  readonly doubleWrites: number;
  readonly openIntents: number;
  readonly fences: number;
  readonly chain: string;
  readonly problems: readonly string[];
};

export async function crashRun(stage: CrashStage, fault: Fault, moments: readonly Moment[]): Promise<CrashRun> {
  const left = [...moments];
  let kills = 0;
  let late = 0;
  const live = async (): Promise<{ advisor: Killable; trap: Trap | null }> => {
    for (;;) {
      const moment = left.shift();
      const trap = moment === undefined ? null : createTrap(moment, stage.proxy);
      const advisor = await startKillable(
        stage.begin(),
        (event) => trap?.recorded(event),
        (started) => trap?.set(started),
      );
      await advisor.mayAct();
      if (advisor.isAlive()) return { advisor, trap };
      kills += 1;
    }
  };
  const state = createJournalView(stage.dataFolder);
  let { advisor, trap } = await live();
  try {
    let steps = 0;
    const until = async (limitMs: number, ends: (now: State) => boolean): Promise<void> => {
      const end = stage.nowMs() + limitMs / stage.scale;
      while (stage.nowMs() < end && !ends(await state())) {
        trap?.stepBegins(steps);
        await stage.pass(advisor);
        steps += 1;
        if (!advisor.isAlive()) {
          kills += 1;
          trap?.disarm();
          ({ advisor, trap } = await live());
        }
        const door = advisor.door();
        if (door !== null && waitingApprovals(await state()).length > 0)
          await approveWaiting(door).catch(() => undefined);
      }
    };
    steps = Number.NEGATIVE_INFINITY;
    await until(quietMs, () => false);
    await stage.inject(fault.name);
    steps = 0;
    await until(longestMs, (now) => isOver(fault, now));
    // A moment that did not come is made now: what has ended must survive it as well.
    while (trap !== null) {
      trap.disarm();
      await advisor.kill();
      kills += 1;
      late += 1;
      ({ advisor, trap } = await live());
    }
    await advisor.end();
  } finally {
    trap?.disarm();
    await advisor.kill();
  }
  return await account(stage, fault, await state(), { kills, late });
}

async function account(
  stage: CrashStage,
  fault: Fault,
  state: State,
  counts: Pick<CrashRun, 'kills' | 'late'>,
): Promise<CrashRun> {
  const landed = landedWrites(stage.audit(), stage.advisorUser);
  const report = await verifyJournalFile(stage.dataFolder);
  const problems = [
    ...accountProblems(state, landed),
    ...judge(fault, state, stage.audit(), stage.advisorUser).problems,
    ...(report.intact ? [] : [`chain ${report.sentence}`]),
  ];
  return {
    ...counts,
    writes: landed.filter((one) => one.kind === 'change').length,
    doubleWrites: problems.filter((one) => one.startsWith('double write')).length,
    openIntents: problems.filter((one) => one.startsWith('open intent')).length,
    fences: landed.filter((one) => one.kind === 'fence').length,
    chain: report.intact ? 'intact' : report.sentence,
    problems,
  };
}

/** The state as the journal's file has it, whoever wrote it; only what is new is read again. */
function createJournalView(folder: string): () => Promise<State> {
  let state = emptyState;
  return async () => {
    const reader = await openJournalFile(folder);
    try {
      while (state.seq < reader.head()) state = foldAll(await reader.read(state.seq, 500), state);
      return state;
    } finally {
      await reader.close();
    }
  };
}

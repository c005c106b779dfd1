// Collects what a backtest could not judge and why, so that a quiet report is not taken for a quiet past.
import { shownSpan } from '../agents/anomaly/sentence/wording.ts';
import { paceOf } from '../model/pace.ts';
import type { Observation, SignalId } from '../model/signal.ts';
import type { ClusterView } from '../model/view.ts';
import { namedSignals } from '../past-lessons.ts';
import type { OwnersFrom } from './past-view.ts';
import type { NotJudged } from './report.ts';

export type Known = {
  readonly today: { readonly view: ClusterView | null; readonly why: string };
  readonly owners: OwnersFrom;
  readonly stepMs: number;
  /** Objectives that were declared and not counted. */
  readonly unwatched: readonly { readonly what: string; readonly why: string }[];
  readonly trouble: readonly { readonly what: string; readonly reason: string; readonly fromMs: number }[];
};

export interface Hindsight {
  cycle(observation: Observation): void;
  /** Queries for pods and owners that could not be answered. */
  unlisted(reasons: readonly string[]): void;
  /** One day of those that teach what is usual: the signals whose past could not be read, with the reason. */
  unlearned(unread: ReadonlyMap<SignalId, string>): void;
  told(known: Known): NotJudged[];
}

const cycleOfRunMs = paceOf(1).cycleMs;
const mostLines = 30;
/** Shorter than this share of the cycles is the start of a rate or a missed scrape; gaps are told elsewhere. */
const leastShare = 0.02;

export function createHindsight(): Hindsight {
  const missing = new Map<string, { reason: string; cost: string; cycles: number }>();
  const unlisted = new Set<string>();
  /** By reason. */
  const unlearned = new Map<string, { readonly signals: Set<SignalId>; days: number }>();
  let cycles = 0;
  return {
    cycle(observation) {
      cycles += 1;
      for (const { capability, reason, cost } of observation.missing) {
        const known = missing.get(capability) ?? { reason, cost, cycles: 0 };
        missing.set(capability, known);
        known.cycles += 1;
      }
    },
    unlisted(reasons) {
      for (const reason of reasons) unlisted.add(reason);
    },
    unlearned(unread) {
      for (const [reason, some] of Map.groupBy(unread, ([, why]) => why)) {
        const known = unlearned.get(reason) ?? { signals: new Set<SignalId>(), days: 0 };
        unlearned.set(reason, known);
        known.days += 1;
        for (const [signal] of some) known.signals.add(signal);
      }
    },
    told({ today, owners, stepMs, unwatched, trouble }) {
      const lines: NotJudged[] = [
        {
          what: 'crashes, OOM kills, readiness, restarts, images, scheduling',
          why: 'facts of the API are not kept in a history: a run finds them within one cycle, a backtest not at all',
        },
        {
          what: 'rollouts',
          why:
            today.view === null
              ? `no cluster could be read (${today.why}): the start-up of new pods is judged like any other time`
              : "only revisions that today's cluster still keeps are known",
        },
      ];
      if (today.view === null)
        lines.push({
          what: 'limits, requests and calls',
          why: 'without a cluster only limits that kube-state-metrics recorded count, and no caller is known',
        });
      else
        lines.push({
          what: 'limits and requests of the past',
          why: "those of today's cluster are taken where kube-state-metrics recorded none",
        });
      if (stepMs !== cycleOfRunMs) lines.push(otherCycles(stepMs));
      if (owners.alone > 0)
        lines.push({
          what: `${owners.alone} of ${owners.alone + owners.series + owners.cluster} pods as parts of a workload`,
          why: 'no series and no object says who owns them, so each was judged by itself',
        });
      for (const { what, why } of unwatched) lines.push({ what, why });
      for (const [what, { reason, cost, cycles: away }] of missing)
        if (away >= leastShare * cycles)
          lines.push({ what, why: `${reason}${away === cycles ? '' : ` in ${away} of ${cycles} cycles`}; ${cost}` });
      for (const [reason, { signals, days }] of unlearned)
        lines.push({
          what: `the past of ${namedSignals([...signals])}`,
          why: `${reason}, on ${days} of the days that teach what is usual: they were compared with less of it, or with none`,
        });
      for (const reason of unlisted) lines.push({ what: 'pods and their owners in a part of the time', why: reason });
      const seen = new Set<string>();
      for (const { what, reason, fromMs } of trouble) {
        if (seen.has(`${what} ${reason}`)) continue;
        seen.add(`${what} ${reason}`);
        lines.push({ what: `${what} from ${new Date(fromMs).toISOString().slice(0, 16)}Z`, why: reason });
      }
      return lines.slice(0, mostLines);
    },
  };
}

/** A finding takes the same number of cycles, however long they are. */
function otherCycles(stepMs: number): NotJudged {
  const cost =
    stepMs > cycleOfRunMs
      ? 'findings open later here, and what is over after three cycles is not found'
      : 'findings open sooner here, and what is over after three cycles of a run may be found here alone';
  return {
    what: 'the delays of a run',
    why: `a run reads every ${shownSpan(cycleOfRunMs)}, this read every ${shownSpan(stepMs)}: ${cost}`,
  };
}

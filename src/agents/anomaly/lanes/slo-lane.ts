// The impact lane: objectives whose error budget burns too fast open a finding at once; harm needs no baseline.
import type { SignalFinding } from '../../../model/finding.ts';
import { scaled } from '../../../model/pace.ts';
import { type History, type Observation, seriesId } from '../../../model/signal.ts';
import { shownRef } from '../../../model/target.ts';
import { benjaminiHochberg } from '../kernels/false-discovery.ts';
import type { CreateLane, LaneProblem } from './lane.ts';
import { createSloDeclarations } from './slo-declarations.ts';
import { sloFinding, sloFindingId } from './slo-finding.ts';
import { createSloSight, type SloSight } from './slo-sight.ts';
import { createSloWatch, type SloWatch } from './slo-watch.ts';

const prefix = 'slo:';

export const sloLane: CreateLane = ({ pace, windows, slos, tell }) => {
  const minuteMs = scaled(pace, 60_000);
  const declarations = createSloDeclarations(slos, tell);
  const watches = new Map<string, SloWatch>();
  const sights = new Map<string, SloSight>();
  const findings = new Map<string, SignalFinding>();
  const told = new Set<string>();
  let past: readonly History[] = [];
  let nowMs = 0;

  return {
    learn(histories) {
      past = [...past, ...histories.filter(isCounted)];
    },
    cycle({ view, fresh, openFindings, ...input }) {
      nowMs = input.nowMs;
      const declared = new Set<string>();
      for (const slo of declarations.current(view)) {
        const id = sloFindingId(slo);
        declared.add(id);
        const known = watches.get(id);
        if (known !== undefined && known.slo.objective === slo.objective && known.slo.days === slo.days) {
          known.fill(past);
          continue;
        }
        const made = createSloWatch(slo, minuteMs, windows);
        made.fill(past);
        const open = openFindings.find((one) => one.id === id);
        if (known === undefined && open?.kind === 'signal') {
          made.adopt(open);
          findings.set(id, open);
        }
        watches.set(id, made);
        const sight = createSloSight(slo, windows.graceMs);
        if (made.hasData(nowMs)) sight.wasSeen();
        sights.set(id, sight);
      }
      past = [];
      for (const id of watches.keys())
        if (!declared.has(id)) {
          watches.delete(id);
          sights.delete(id);
          findings.delete(id);
        }
      const isMeasured = input.observation.sources.some((one) => isAnswering(one, nowMs));
      for (const [id, watch] of watches) {
        const { signal, of } = watch.slo;
        const sample = fresh.get(seriesId({ signal, of }));
        const requests = fresh.get(seriesId({ signal: 'sli.rps', of }));
        const uncountable = sample === undefined ? null : watch.feed(sample);
        sights.get(id)?.note({ sample, requests, uncountable, isMeasured, nowMs });
        const why = sights.get(id)?.lastingWhy(nowMs) ?? null;
        if (why === null) told.delete(id);
        else if (!told.has(id)) {
          told.add(id);
          tell(notCounted(watch, why));
        }
      }
      return judged();
    },
    objectives() {
      const unwatched = [...watches].flatMap(([id, watch]) => {
        const why = sights.get(id)?.why(nowMs) ?? null;
        return why === null ? [] : [notCounted(watch, why)];
      });
      return { counted: watches.size - unwatched.length, unwatched: [...declarations.problems(), ...unwatched] };
    },
    holds: (id) => watches.get(id)?.isOpen() === true,
    recovered(id, sinceMs) {
      if (!id.startsWith(prefix)) return null;
      return (
        watches.get(id)?.recovered(sinceMs, nowMs) ?? {
          word: 'undecided',
          sentence: `${id.slice(prefix.length)} is declared no more`,
        }
      );
    },
  };

  function judged(): readonly SignalFinding[] {
    const withData = [...watches].filter(([, watch]) => watch.hasData(nowMs));
    const burns = new Map(withData.map(([id, watch]) => [id, watch.burn(nowMs)]));
    const burning = [...burns].flatMap(([id, burn]) => (burn === null ? [] : [{ id, burn }]));
    const adjusted = benjaminiHochberg(
      burning.map((one) => one.burn.proof.p),
      withData.length,
    );
    const rates = new Map(burning.map((one, index) => [one.id, adjusted[index] ?? 1]));
    for (const [id, watch] of watches) {
      const burn = burns.get(id) ?? null;
      const life = watch.move(burn, nowMs);
      if (life === null) findings.delete(id);
      else if (burn !== null) {
        const { slo } = watch;
        const about = { slo, burn, life, scale: pace.scale, q: rates.get(id) ?? 1, m: withData.length };
        findings.set(id, sloFinding({ ...about, notes: watch.notes(nowMs), chart: watch.chart() }));
      }
    }
    return [...findings.values()];
  }

  function isAnswering({ source, newestMs }: Observation['sources'][number], atMs: number): boolean {
    return source !== 'api' && newestMs !== null && atMs - newestMs <= windows.rateMs;
  }
};

/** Requests and errors of whole workloads. */
function isCounted({ key }: History): boolean {
  return key.pod === undefined && (key.signal === 'sli.err' || key.signal === 'sli.rps');
}

function notCounted({ slo }: SloWatch, why: string): LaneProblem {
  return {
    what: `the objective ${slo.name} of ${shownRef(slo.of)} is not counted`,
    why,
    next: `expose what it needs (docs/guide/slo.md says what that is), or correct ${slo.from}`,
  };
}

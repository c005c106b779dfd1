// The impact lane: objectives whose error budget burns too fast open a finding at once; harm needs no baseline.
import type { SignalFinding } from '../../../model/finding.ts';
import { scaled } from '../../../model/pace.ts';
import { type History, seriesId } from '../../../model/signal.ts';
import { shownRef } from '../../../model/target.ts';
import { benjaminiHochberg } from '../kernels/false-discovery.ts';
import type { CreateLane } from './lane.ts';
import { createSloDeclarations } from './slo-declarations.ts';
import { sloFinding, sloFindingId } from './slo-finding.ts';
import { createSloWatch, type SloWatch } from './slo-watch.ts';

const prefix = 'slo:';

export const sloLane: CreateLane = ({ pace, windows, slos, tell }) => {
  const minuteMs = scaled(pace, 60_000);
  const declarations = createSloDeclarations(slos, tell);
  const watches = new Map<string, SloWatch>();
  const findings = new Map<string, SignalFinding>();
  const told = new Set<string>();
  let past: readonly History[] = [];
  let nowMs = 0;

  return {
    learn(histories) {
      past = [...past, ...histories.filter(({ key }) => key.signal === 'sli.err' || key.signal === 'sli.rps')];
    },
    cycle({ view, fresh, openFindings, ...input }) {
      nowMs = input.nowMs;
      const declared = new Set<string>();
      for (const slo of declarations.current(view)) {
        const id = sloFindingId(slo);
        declared.add(id);
        const known = watches.get(id);
        if (known !== undefined && known.slo.objective === slo.objective && known.slo.days === slo.days) continue;
        const made = createSloWatch(slo, minuteMs, windows);
        made.fill(past);
        const open = openFindings.find((one) => one.id === id);
        if (known === undefined && open?.kind === 'signal') {
          made.adopt(open);
          findings.set(id, open);
        }
        watches.set(id, made);
      }
      past = [];
      for (const id of watches.keys())
        if (!declared.has(id)) {
          watches.delete(id);
          findings.delete(id);
        }
      for (const [id, watch] of watches) {
        const sample = fresh.get(seriesId({ signal: watch.slo.signal, of: watch.slo.of }));
        const uncountable = sample === undefined ? null : watch.feed(sample);
        if (uncountable !== null) tellOnce(id, watch, uncountable);
      }
      return judged();
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
        const about = { slo, burn, life, minuteMs, scale: pace.scale, q: rates.get(id) ?? 1, m: withData.length };
        findings.set(id, sloFinding({ ...about, notes: watch.notes(nowMs), chart: watch.chart() }));
      }
    }
    return [...findings.values()];
  }

  function tellOnce(id: string, { slo }: SloWatch, why: string): void {
    if (told.has(id)) return;
    told.add(id);
    tell({
      what: `the objective ${slo.name} of ${shownRef(slo.of)} cannot be counted`,
      why,
      next: `correct ${slo.from}, or expose what it needs; docs/guide/slo.md says what that is`,
    });
  }
};

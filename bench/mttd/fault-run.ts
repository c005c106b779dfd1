// Brings one fault about on the lab and measures who sees it first: the advisor, or the alerting rules that the same Prometheus evaluates.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Binaries } from '../../lab/binaries.ts';
import { startLab } from '../../lab/cluster.ts';
import type { JournalEvent } from '../../src/model/event.ts';
import { sameRef, type ObjectRef } from '../../src/model/target.ts';
import type { Fault } from '../../src/sandbox/faults/fault.ts';
import type { AlertRule } from './alert-rules.ts';
import { ruleFile } from './alert-rules.ts';
import { createFactTimes, graceOfFact, hardFacts, type HardFact } from './fact-times.ts';
import { startObserver } from './observer.ts';
import { firingAlerts } from './prometheus-api.ts';
import { startStateExporter } from './state-exporter.ts';

type FactDelay = { readonly fact: HardFact; readonly cycles: number | null };

export type FaultRun = {
  readonly fault: string;
  readonly code: string;
  readonly seed: number;
  /** Minutes of cluster time from the injection; null when it did not come before the end. */
  readonly findingMin: number | null;
  readonly incidentMin: number | null;
  readonly alertMin: number | null;
  readonly finding: string;
  readonly alert: string;
  /** How long was waited at most, minutes of cluster time. */
  readonly waitedMin: number;
  /** Hard facts: cycles from what the API first showed (and the rule's own grace) to the finding. */
  readonly facts: readonly FactDelay[];
  /** Incidents and alerts that were open before anything was injected. */
  readonly before: { readonly incidents: number; readonly alerts: readonly string[] };
};

export type FaultRunOptions = {
  readonly binaries: Binaries;
  readonly seed: number;
  readonly rules: readonly AlertRule[];
  readonly scale: number;
  /** Longest wait in minutes of cluster time. */
  readonly mostMin: number;
};

const minuteMs = 60_000;
const quietMin = 7;
const pollMs = 100;
/** After both have rung, so that facts which come later are seen too. */
const restMin = 3;
const cycleMs = 60_000;

export async function runFault(fault: Fault, options: FaultRunOptions): Promise<FaultRun> {
  const { scale, rules, seed, binaries } = options;
  const events: { readonly atMs: number; readonly event: JournalEvent }[] = [];
  const times = createFactTimes();
  const exporter = await startStateExporter();
  const target = { address: exporter.address, labels: { instance: 'state' } };
  const lab = await startLab({
    binaries,
    seed,
    monitoring: { jobs: [{ name: 'state', path: '/metrics', targets: [target] }], rules: ruleFile(rules) },
  }).catch(async (error: unknown) => {
    await exporter.close();
    throw error;
  });
  try {
    await exporter.follow(lab.port, (pod) => times.see(pod, Date.now()));
    const observer = await startObserver({
      kubeconfig: readFileSync(lab.plane.kubeconfigFor('advisor'), 'utf8'),
      prometheusUrl: lab.prometheus.url,
      pace: 'lab',
      onEvent: (event) => events.push({ atMs: Date.now(), event }),
    });
    try {
      await pause((quietMin * minuteMs) / scale);
      const before = await firingAlerts(lab.prometheus.url);
      const openBefore = events.filter(({ event }) => event.body.kind === 'incident.opened').length;
      const injectedMs = Date.now();
      await lab.inject(fault.name);
      const concerned = [fault.target, fault.expected.root, ...fault.expected.victims];
      const rung = await waitForBoth(lab.prometheus.url, { before, injectedMs, events, concerned, options });
      const minutes = (atMs: number | null): number | null =>
        atMs === null ? null : Math.round((((atMs - injectedMs) * scale) / minuteMs) * 100) / 100;
      return {
        fault: fault.name,
        code: fault.code,
        seed,
        findingMin: minutes(rung.finding?.atMs ?? null),
        incidentMin: minutes(rung.incidentMs),
        alertMin: minutes(rung.alert?.atMs ?? null),
        finding: rung.finding?.sentence ?? '',
        alert: rung.alert?.name ?? '',
        waitedMin: minutes(Date.now()) ?? 0,
        facts: factDelays(
          events,
          times.since(fault.expected.root.namespace, injectedMs, (fact) => (graceOfFact[fact] ?? 0) / scale),
          fault.expected.root,
          scale,
        ),
        before: { incidents: openBefore, alerts: [...before.values()] },
      };
    } finally {
      await observer.close();
    }
  } finally {
    await lab.close();
    await exporter.close();
  }
}

type Timed = readonly { readonly atMs: number; readonly event: JournalEvent }[];
type Wait = {
  readonly before: ReadonlyMap<string, string>;
  readonly injectedMs: number;
  readonly events: Timed;
  readonly concerned: readonly ObjectRef[];
  readonly options: FaultRunOptions;
};
type Rung = {
  readonly finding: { readonly atMs: number; readonly sentence: string } | null;
  readonly incidentMs: number | null;
  readonly alert: { readonly atMs: number; readonly name: string } | null;
};

/** Any alert that did not fire before counts; of the advisor only what it says about the target, the root or a victim. */
async function waitForBoth(url: string, wait: Wait): Promise<Rung> {
  const { before, injectedMs, events, concerned, options } = wait;
  const endMs = injectedMs + (options.mostMin * minuteMs) / options.scale;
  const restMs = (restMin * minuteMs) / options.scale;
  let alert: Rung['alert'] = null;
  let bothMs: number | null = null;
  for (;;) {
    for (const [key, name] of await firingAlerts(url))
      if (alert === null && !before.has(key)) alert = { atMs: Date.now(), name };
    const said = firstOf(events, injectedMs, concerned);
    if (alert !== null && said.incidentMs !== null) bothMs ??= Date.now();
    if (Date.now() > endMs || (bothMs !== null && Date.now() - bothMs > restMs)) return { ...said, alert };
    await pause(pollMs);
  }
}

function firstOf(
  events: Timed,
  sinceMs: number,
  concerned: readonly ObjectRef[],
): Pick<Rung, 'finding' | 'incidentMs'> {
  let finding: Rung['finding'] = null;
  let incidentMs: number | null = null;
  for (const { atMs, event } of events) {
    const { body } = event;
    if (atMs < sinceMs) continue;
    if (body.kind === 'finding.opened') {
      const { of, sentence } = body.finding;
      if (finding === null && concerned.some((one) => sameRef(one, of))) finding = { atMs, sentence };
    }
    if (body.kind === 'incident.opened' && concerned.some((one) => sameRef(one, body.root))) incidentMs ??= atMs;
  }
  return { finding, incidentMs };
}

function factDelays(events: Timed, shown: ReadonlyMap<HardFact, number>, root: ObjectRef, scale: number): FactDelay[] {
  return hardFacts.flatMap((fact): FactDelay[] => {
    const shownMs = shown.get(fact);
    if (shownMs === undefined) return [];
    const found = events.find(
      ({ event }) =>
        event.body.kind === 'finding.opened' &&
        event.body.finding.kind === 'fact' &&
        event.body.finding.fact === fact &&
        event.body.finding.of.namespace === root.namespace,
    );
    if (found === undefined) return [{ fact, cycles: null }];
    const waitedMs = (found.atMs - shownMs) * scale - (graceOfFact[fact] ?? 0);
    return [{ fact, cycles: Math.round((Math.max(0, waitedMs) / cycleMs) * 100) / 100 }];
  });
}

// One seed through the product's own agent: the first days are its history, the rest are cycles of a minute.
import { createAnomalyAgent } from '../../src/agents/anomaly/anomaly-agent.ts';
import { catalogue } from '../../src/agents/metrics/catalogue.ts';
import { paceOf } from '../../src/model/pace.ts';
import { type History, type Observation, type Sample, seriesId } from '../../src/model/signal.ts';
import type { ClusterView } from '../../src/model/view.ts';
import { aContainer, aDeployment, aView, replicaSetOf, time } from '../../test/builders/view.ts';
import { type Baseline, floorAlone, rollingZ } from './baselines.ts';
import { type Alarms, createAlarms, scored, type Scored } from './episode.ts';
import { describedAlarm, mistakesOf } from './mistakes.ts';
import { dayMinutes, type SimulatedSeries, type SimulatedWorkload, worldOf } from './world.ts';

const minuteMs = 60_000;
const markMinutes = 5;

export type SeedResult = {
  readonly seed: number;
  readonly byRule: ReadonlyMap<string, readonly Scored[]>;
  /** A line for each false alarm and each miss of the agent. */
  readonly mistakes: readonly string[];
  /** Seconds that the agent took, without the simulator. */
  readonly agentSeconds: number;
  readonly cycles: number;
};

export const agentRule = 'advisor';

export function runSeed(seed: number, series: number, days: number): SeedResult {
  const learnMinutes = Math.floor(days / 2) * dayMinutes;
  const minutes = days * dayMinutes;
  const { startMs, workloads } = worldOf({ seed, series, learnMinutes, minutes });
  const all = workloads.flatMap((one) => one.series);
  const agent = createAnomalyAgent({ pace: paceOf(1), signals: catalogue });
  agent.learn(pastOf(workloads, all, startMs, learnMinutes));

  const ids = new Map(all.map((one, index) => [seriesId(one.key), index]));
  const alarms = all.map(() => createAlarms());
  const baselines = [rollingZ, floorAlone].map((make) => ({
    name: make().name,
    rules: all.map(() => make()),
    alarms: all.map(() => createAlarms()),
  }));
  const aways = all.map((): number[] => []);
  let view: ClusterView | null = null;
  let newestObjects = '';
  let agentSeconds = 0;
  for (let minute = learnMinutes; minute < minutes; minute += 1) {
    for (const one of workloads) one.step(minute);
    const objects = `${newestRolloutOf(workloads, minute)} ${workloads.map((one) => one.replicas()).join(' ')}`;
    if (view === null || objects !== newestObjects) view = viewOf(workloads, minute, startMs);
    newestObjects = objects;
    const atMs = startMs + minute * minuteMs;
    const observation = observationOf(all, atMs);
    const startedMs = performance.now();
    const { findings } = agent.assess(observation, view);
    agentSeconds += (performance.now() - startedMs) / 1000;
    for (const finding of findings) {
      if (finding.kind !== 'signal') continue;
      const index = ids.get(seriesId({ signal: finding.signal, of: finding.of }));
      const of = index === undefined ? undefined : all[index];
      if (index === undefined || of === undefined) continue;
      alarms[index]?.note(minute, true, Math.round((finding.onsetMs - startMs) / minuteMs), () =>
        describedAlarm(finding, of, sinceRollout(workloads, of, minute)),
      );
    }
    for (const [index, { incident, away }] of all.entries())
      if (incident !== null && minute >= incident.onset && minute <= incident.end) aways[index]?.push(away);
    for (const { rules, alarms: raised } of baselines)
      for (const [index, one] of all.entries()) noteBaseline(rules[index], raised[index], one, minute);
  }
  const scoredDays = (minutes - learnMinutes) / dayMinutes;
  const scoresOf = (raised: readonly Alarms[]): Scored[] =>
    all.map(({ traits, incident, follows }, index) =>
      scored({ family: traits.family, incident, follows }, raised[index]?.episodes() ?? [], scoredDays),
    );
  const own = scoresOf(alarms);
  return {
    seed,
    mistakes: all.flatMap((one, index) => {
      const score = own[index];
      return score === undefined ? [] : mistakesOf(seed, one, score, aways[index] ?? []);
    }),
    byRule: new Map([
      [agentRule, own],
      ...baselines.map((one): [string, Scored[]] => [one.name, scoresOf(one.alarms)]),
    ]),
    agentSeconds,
    cycles: minutes - learnMinutes,
  };
}

function noteBaseline(
  rule: Baseline | undefined,
  raised: Alarms | undefined,
  series: SimulatedSeries,
  minute: number,
): void {
  if (rule !== undefined) raised?.note(minute, rule.alarms(series), null);
}

/** One value per five minutes, as range queries bring it. */
function pastOf(
  workloads: readonly SimulatedWorkload[],
  all: readonly SimulatedSeries[],
  startMs: number,
  learnMinutes: number,
): History[] {
  const points = all.map((): { atMs: number; value: number }[] => []);
  for (let minute = 0; minute < learnMinutes; minute += 1) {
    for (const one of workloads) one.step(minute);
    if (minute % markMinutes !== 0 || minute === 0) continue;
    for (const [index, one] of all.entries()) {
      const { value } = one.past();
      if (Number.isFinite(value)) points[index]?.push({ atMs: startMs + minute * minuteMs, value });
    }
  }
  return all.map((one, index) => ({ key: one.key, stepMs: markMinutes * minuteMs, points: points[index] ?? [] }));
}

function observationOf(all: readonly SimulatedSeries[], atMs: number): Observation {
  const samples: Sample[] = [];
  for (const { key, value, weight } of all)
    if (!Number.isNaN(value)) samples.push(weight > 0 ? { key, atMs, value, weight } : { key, atMs, value });
  return { atMs, samples, sources: [{ source: 'prometheus', newestMs: atMs }], missing: [] };
}

/** Minutes since the newest rollout of the workload that a series is of. */
function sinceRollout(workloads: readonly SimulatedWorkload[], series: SimulatedSeries, minute: number): number {
  return (
    minute -
    newestRolloutOf(
      workloads.filter((one) => one.name === series.key.of.name),
      minute,
    )
  );
}

function newestRolloutOf(workloads: readonly SimulatedWorkload[], minute: number): number {
  let newest = -1;
  for (const { rollouts } of workloads) for (const at of rollouts) if (at <= minute && at > newest) newest = at;
  return newest;
}

function viewOf(workloads: readonly SimulatedWorkload[], minute: number, startMs: number): ClusterView {
  const deployments = workloads.map((one) =>
    aDeployment({
      name: one.name,
      replicas: one.replicas(),
      containers: [
        aContainer({
          resources: {
            requests: { cpu: `${Math.round((one.cpuRequest * 1000) / Math.max(1, one.replicas()))}m`, memory: '512Mi' },
            limits: { memory: '1Gi' },
          },
        }),
      ],
    }),
  );
  const sets = deployments.flatMap((deployment, index) => {
    const past = (workloads[index]?.rollouts ?? []).filter((one) => one <= minute);
    const created = past.at(-1) ?? -8 * dayMinutes;
    const set = replicaSetOf(deployment, `r${past.length}`, past.length + 1);
    return [{ ...set, metadata: { ...set.metadata, creationTimestamp: time(startMs + created * minuteMs) } }];
  });
  return aView({ Deployment: deployments, ReplicaSet: sets }, startMs + minute * minuteMs);
}

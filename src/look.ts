// One look without a running advisor: the same senses, findings and causes, folded from a journal in memory; it plans and writes nothing.
import { actionsByName } from './actions/actions.ts';
import { createAnomalyAgent } from './agents/anomaly/anomaly-agent.ts';
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import { readSloFile } from './agents/anomaly/slo-file.ts';
import { catalogue } from './agents/metrics/catalogue.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import { noUserSignals, openUserSignals } from './agents/metrics/user-signals.ts';
import { wallClock, type Clock } from './clock.ts';
import { createEvidenceReader, type ClusterEvidence } from './cluster/evidence-reader.ts';
import { startLiveCluster, type LiveCluster } from './cluster/live-cluster.ts';
import { readSnapshot } from './cluster/snapshot/read-snapshot.ts';
import { createSnapshotMetrics } from './cluster/snapshot/snapshot-metrics.ts';
import type { Config } from './config/config.ts';
import type { State } from './folds/state.ts';
import { exitCodes, Failure } from './model/failure.ts';
import { paceOf, paceScales, type Pace } from './model/pace.ts';
import type { Observation, SignalId } from './model/signal.ts';
import type { ClusterView, Freshness } from './model/view.ts';
import { replayNewestMinutes } from './newest-minutes.ts';
import { createCycle } from './orchestrator/cycle.ts';
import { playbook } from './orchestrator/playbook/playbook.ts';
import { isWeekend } from './model/past.ts';
import { learnPast, namedSignals, type PastLessons, type Unread, unreadPast } from './past-lessons.ts';
import { createSenses, openCluster, type OpenedCluster } from './senses.ts';
import { createMemoryJournal } from './store/memory-journal.ts';

type Blind = {
  readonly capability: string;
  readonly cost: string;
  readonly source: 'metrics' | 'logs' | 'objects' | 'objectives';
};

export type Look = {
  /** Incidents are opened and diagnosed once, nothing is planned. */
  readonly state: State;
  readonly view: ClusterView;
  readonly observation: Observation;
  readonly leader: string;
  readonly asOfMs: number;
  /** What could not be read and what it costs; empty means that everything was read. */
  readonly blind: readonly Blind[];
  readonly clusterName: string;
  readonly clusterId: string;
  readonly namespaces: readonly string[];
};

export type LookOptions = { readonly signal: AbortSignal; readonly onProgress?: (text: string) => void };

export async function lookAtCluster(config: Config, options: LookOptions): Promise<Look> {
  const wall = wallClock();
  const cluster = await openCluster(config, wall, options.signal);
  try {
    const live = await watchOnce(cluster, wall, options);
    try {
      const pace = paceOf(paceScales[config.pace]);
      const clocks = { wall, cluster: cluster.clock };
      const senses = await createSenses(config, cluster.connection, clocks, pace);
      options.onProgress?.('reading metrics');
      const lessons = await learnPast(senses, live.view(), clocks, options.signal);
      if (isWeekend(cluster.clock.now())) await lessons.readWeekends(live.view(), options.signal);
      const unseen = await replayNewestMinutes(senses, live.view(), pace, clocks, options.signal);
      const looked = await lookOnce({
        ...senses,
        view: () => live.view(),
        freshness: () => live.freshness(),
        evidence: createEvidenceReader(cluster.reader),
        clocks,
        pace,
        logsAllowed: config.readLogs,
      });
      const blind: Blind[] = live
        .missing()
        .map((one) => ({ capability: `${one.verb} ${one.resource}`, cost: one.cost, source: 'objects' }));
      return {
        ...looked,
        leader: leaderOf(config),
        blind: [...blind, ...withoutPast(lessons), ...unseen.map(unseenMinutes), ...looked.blind],
        clusterName: cluster.clusterName,
        clusterId: cluster.clusterId,
        namespaces: [...live.view().namespaces.keys()],
      };
    } finally {
      await live.close();
    }
  } finally {
    await cluster.close();
  }
}

/** The same look at a snapshot folder; "now" is when it was taken. */
export async function lookAtSnapshot(folder: string, config: Config, options: LookOptions): Promise<Look> {
  options.onProgress?.(`reading ${folder}`);
  const snapshot = await readSnapshot(folder);
  const wall = wallClock();
  const { view } = snapshot;
  const clocks = { wall, cluster: { ...wall, now: () => view.asOfMs } };
  const pace = paceOf(paceScales[config.pace]);
  const userSignals = config.signalsFile === undefined ? noUserSignals : await openUserSignals(config.signalsFile);
  const signals = [...catalogue, ...userSignals.current().map((one) => one.definition)];
  const senses = {
    metrics: createSnapshotMetrics(snapshot),
    anomaly: createAnomalyAgent({
      pace,
      signals,
      ...(config.sloFile === undefined ? {} : { slos: await readSloFile(config.sloFile) }),
    }),
  };
  const lessons = await learnPast(senses, view, clocks, options.signal);
  if (isWeekend(view.asOfMs)) await lessons.readWeekends(view, options.signal);
  await replayNewestMinutes(senses, view, pace, clocks, options.signal);
  const looked = await lookOnce({
    ...senses,
    view: () => view,
    freshness: () => ({ cacheLagMs: 0, broken: [], clockSkewMs: 0 }),
    evidence: snapshot.evidence,
    clocks,
    pace,
    logsAllowed: snapshot.manifest.logs !== 'none',
  });
  const unread = snapshot.warnings.map((one): Blind => ({
    capability: one.file,
    cost: `left out: ${one.reason}`,
    source: 'objects',
  }));
  const notRecorded = snapshot.manifest.missing.map((one): Blind => ({
    capability: `${one.resource}: ${one.reason}`,
    cost: one.cost,
    source: one.resource === 'metrics' ? 'metrics' : 'objects',
  }));
  const known = new Set<SignalId>(signals.map((one) => one.id));
  const undeclared = new Set(snapshot.series.map((one) => one.key.signal).filter((one) => !known.has(one)));
  return {
    ...looked,
    leader: leaderOf(config),
    blind: [...unread, ...notRecorded, ...[...undeclared].map(notDeclared), ...looked.blind],
    clusterName: snapshot.manifest.cluster.name,
    clusterId: view.clusterId,
    namespaces: [...view.namespaces.keys()],
  };
}

export async function watchOnce(cluster: OpenedCluster, wall: Clock, options: LookOptions): Promise<LiveCluster> {
  options.onProgress?.('reading the cluster');
  const live = startLiveCluster({
    transport: cluster.transport,
    reader: cluster.reader,
    wall,
    cluster: cluster.clock,
    clusterId: cluster.clusterId,
    random: Math.random,
    signal: options.signal,
    onError: () => undefined,
  });
  try {
    await live.ready;
    return live;
  } catch (error) {
    await live.close();
    throw error;
  }
}

type Sight = {
  readonly metrics: MetricsAgent;
  readonly anomaly: AnomalyAgent;
  readonly view: () => ClusterView;
  readonly freshness: () => Freshness;
  readonly evidence: ClusterEvidence;
  readonly clocks: { readonly wall: Clock; readonly cluster: Clock };
  readonly pace: Pace;
  readonly logsAllowed: boolean;
};

/** One cycle on a journal in memory, with hands that are never asked: a diagnosed incident is as far as one cycle goes. */
async function lookOnce(sight: Sight): Promise<Pick<Look, 'state' | 'view' | 'observation' | 'asOfMs' | 'blind'>> {
  const { clocks, pace } = sight;
  const journal = createMemoryJournal(clocks.cluster);
  const cycle = createCycle({
    cluster: clocks.cluster,
    wall: clocks.wall,
    pace,
    journal,
    state: () => journal.state(),
    view: sight.view,
    freshness: sight.freshness,
    metrics: sight.metrics,
    anomaly: sight.anomaly,
    hands: { judge: never, act: never, settleOpenIntents: never },
    reader: sight.evidence,
    actions: actionsByName,
    reasonerFor: () => playbook,
    suspector: () => null,
    logsAllowed: sight.logsAllowed,
    approvalMs: 0,
    wake: () => undefined,
    fault: (error) => {
      throw error;
    },
  });
  await cycle.run();
  const observation = cycle.observation() ?? { atMs: clocks.cluster.now(), samples: [], sources: [], missing: [] };
  return {
    state: journal.state(),
    view: sight.view(),
    observation,
    asOfMs: clocks.cluster.now(),
    blind: [
      ...observation.missing.map((one): Blind => ({
        capability: `${one.capability} (${one.reason})`,
        cost: one.cost,
        source: 'metrics',
      })),
      ...sight.anomaly.objectives().unwatched.map((one): Blind => ({
        capability: `${one.what}: ${one.why}`,
        cost: one.next,
        source: 'objectives',
      })),
    ],
  };
}

function notDeclared(signal: SignalId): Blind {
  const cost = 'the snapshot holds it, but no file of ADVISOR_SIGNALS says what is bad of it: it is not judged';
  return { capability: `the signal ${signal}`, cost, source: 'metrics' };
}

/** What of the past could not be read: a look goes on without it. */
function withoutPast(lessons: PastLessons): readonly Blind[] {
  const unread = lessons.unread();
  if (unread.length > 0 || lessons.series() > 0)
    return unread.map((one) => ({ ...unreadPast(one), source: 'metrics' }));
  const cost = 'only hard facts count until a run has learned what is usual';
  return [{ capability: 'the past of signals', cost, source: 'metrics' }];
}

function unseenMinutes({ signals, reason, isInPart = false }: Unread): Blind {
  const cost = `a change of theirs ${isInPart ? 'may not be' : 'is not'} found by this look`;
  const capability = `${isInPart ? 'a part of ' : ''}the newest minutes of ${namedSignals(signals)}: ${reason}`;
  return { capability, cost, source: 'metrics' };
}

function leaderOf(config: Config): string {
  return config.nemotronApiKey === undefined ? 'playbook (no key)' : 'playbook (a look plans nothing)';
}

function never(): never {
  throw new Failure({
    code: 'look-acts',
    what: 'a look asked the guardian',
    why: 'a look only looks; this is a fault of the program',
    next: 'report it; nothing was written',
    exitCode: exitCodes.fault,
  });
}

// The composition root of a running advisor: builds everything from the configuration and ties it together; it decides nothing itself.
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { actionsByName } from './actions/actions.ts';
import { createPolicy } from './agents/guardian/policy.ts';
import { pause, wallClock, type Clock } from './clock.ts';
import { createEvidenceReader } from './cluster/evidence-reader.ts';
import { createLease, type Lease } from './cluster/lease.ts';
import { startLiveCluster } from './cluster/live-cluster.ts';
import { usualTimes } from './cluster/reflector.ts';
import { createStopLatch } from './cluster/stop-latch.ts';
import type { Config } from './config/config.ts';
import type { Incident, State } from './folds/state.ts';
import { chooseLeader } from './leader.ts';
import { createHands } from './hands.ts';
import type { JournalEvent } from './model/event.ts';
import type { Severity } from './model/finding.ts';
import { lowest } from './model/mode.ts';
import { paceOf, paceScales, type Pace } from './model/pace.ts';
import { announcementOf } from './orchestrator/announce.ts';
import { createAnnouncer } from './orchestrator/announcer.ts';
import { createCycle } from './orchestrator/cycle.ts';
import { createLeadership } from './orchestrator/leadership.ts';
import { createLoop } from './orchestrator/loop.ts';
import { watchPolicy } from './orchestrator/policy-watch.ts';
import type { Reasoner } from './orchestrator/reasoner.ts';
import { keepReading } from './past-lessons.ts';
import { createSenses, openCluster, type OpenedCluster } from './senses.ts';
import { watchSenses } from './senses-watch.ts';
import type { Health } from './server/ports.ts';
import { startServer } from './server/start.ts';
import { createStopSwitch } from './server/stop-switch.ts';
import {
  cannotSee,
  countByState,
  metricsLine,
  namespaceMissing,
  notActing,
  rightsLine,
  unreadAtStart,
  worstOf,
  type Warning,
} from './start-lines.ts';
import { keepBaselines } from './baselines.ts';
import { blindSpots } from './blind-spots.ts';
import { createBaselineStore } from './store/baselines.ts';
import { openJournal, type OpenJournal } from './store/journal.ts';
import { followState } from './store/live-state.ts';
import { createLog } from './telemetry/log.ts';
import { createTelemetry } from './telemetry/metrics.ts';
import { warmStart } from './warm-start.ts';

export type AdvisorOptions = {
  readonly config: Config;
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: JournalEvent, state: State) => void;
  /** Of a simulated cluster, whose time is not the machine's. */
  readonly clusterClock?: Clock;
  readonly pace?: Pace;
  /** Simulated clusters only: who leads an incident instead of the configured leader. */
  readonly reasonerFor?: (incident: Incident, own: Reasoner) => Reasoner;
  /** Simulated clusters only: mints the token of `scripted-approver`. */
  readonly scriptedApprover?: boolean;
  /** How long a question to a person stays open, wall milliseconds. */
  readonly approvalMs?: number;
  /** The journal grows no further than this, as on a full disk. */
  readonly journalBytes?: number;
};

export interface Advisor {
  readonly about: {
    readonly version: string;
    readonly clusterName: string;
    readonly clusterId: string;
    readonly mode: string;
    readonly events: number;
    readonly leader: string;
    readonly metrics: string;
    readonly rights: string;
    readonly url: string;
    readonly tokenFile: string;
    readonly folder: string;
    /** Series with a past. */
    readonly learned: number;
    /** What came of the baselines that were kept. */
    readonly baselines: string;
  };
  readonly warnings: readonly Warning[];
  readonly scriptedToken: string | null;
  state(): State;
  /** Runs cycles from now on. */
  start(): void;
  /** One cycle, now. */
  once(): Promise<void>;
  worstSeverity(): 'none' | Severity;
  /** Resolves when everything up to this resourceVersion was seen and no cycle runs. */
  idle(resourceVersion?: string): Promise<void>;
  close(reason: string): Promise<void>;
}

const approvalMs = 15 * 60_000;
const leaseRetryMs = 2_000;
/** A person waits no longer for an answer. */
const askMs = 120_000;

export async function startAdvisor(options: AdvisorOptions): Promise<Advisor> {
  const wall = wallClock();
  const cluster = await openCluster(options.config, wall, options.signal, options.clusterClock);
  const ending: (() => Promise<unknown>)[] = [async () => await cluster.close()];
  try {
    return await compose(options, wall, cluster, ending);
  } catch (error) {
    for (const end of ending.toReversed()) await end().catch(() => undefined);
    throw error;
  }
}

async function compose(
  options: AdvisorOptions,
  wall: Clock,
  cluster: OpenedCluster,
  ending: (() => Promise<unknown>)[],
): Promise<Advisor> {
  const { config, signal } = options;
  const { clock } = cluster;
  const clocks = { wall, cluster: clock };
  const pace = options.pace ?? paceOf(paceScales[config.pace]);
  const log = createLog(
    () => wall.monotonic(),
    (line) => void process.stderr.write(line),
  );
  const telemetry = createTelemetry();
  const warnings: Warning[] = [];

  const folder = config.dataFolder ?? join(config.stateHome, 'nemotron-advisor', cluster.clusterId);
  const journal = await openJournal({
    folder,
    cluster: clock,
    wall,
    pid: process.pid,
    ...(options.journalBytes === undefined ? {} : { maxBytes: options.journalBytes }),
    onFault: (error) => log.fault(error, 'journal listener'),
  });
  ending.push(async () => await journal.close());
  const followed = await followState(journal);
  const state = (): State => followed.current();

  const live = startLiveCluster({
    transport: cluster.transport,
    reader: cluster.reader,
    wall,
    cluster: clock,
    clusterId: cluster.clusterId,
    random: Math.random,
    // A quiet watch shows that it lives shortly before it ends: on the lab three cycles are nine seconds.
    ...(pace.scale > 1 ? { times: { ...usualTimes, watchSeconds: 15 } } : {}),
    signal,
    onError: (error, about) => log.fault(error, about),
  });
  ending.push(async () => await live.close());
  await live.ready;
  for (const one of live.missing()) warnings.push(cannotSee(`${one.verb} ${one.resource}`, one.reason, one.cost));

  const latch = createStopLatch(cluster.own, state().switch.stopped, async (word) => {
    const reason = word.reason === null ? {} : { reason: word.reason };
    await journal.append({ kind: 'switch.stopped', by: word.by ?? 'unknown', door: 'configmap', ...reason }, 'advisor');
  });
  const wantsToAct = config.mode === 'approve' || config.mode === 'auto';
  const hasNamespace = live.view().namespaces.has(config.advisorNamespace);
  if (wantsToAct && !hasNamespace) warnings.push(namespaceMissing(config.advisorNamespace));
  const acts = wantsToAct && hasNamespace;
  const lease = createLease({ own: cluster.own, wall, holder: cluster.instance, leastEpoch: state().epoch ?? 0 });

  const senses = await createSenses(config, cluster.connection, clocks, pace, watchSenses(telemetry.senses, wall, log));
  const baselines = keepBaselines(createBaselineStore({ folder }), senses.anomaly, pace, (why) =>
    log.fault(new Error(why), 'baselines'),
  );
  const warm = await warmStart({ senses, baselines, view: live.view(), clocks, pace, state: state(), signal, log });
  warnings.push(...unreadAtStart(warm.lessons.unread(), warm.unseen));
  const laterPast = keepReading(warm.lessons, () => live.view(), { wall, pace, log });
  ending.push(async () => await Promise.all([laterPast.end(), baselines.keep(), senses.anomaly.close?.()]));

  const policy = await createPolicy(config.policyFolder);
  const mayAct = (): boolean => acts && leadership.isReady();
  const { hands, modeOf } = createHands({
    config,
    cluster,
    journal,
    state,
    wall,
    pace,
    view: () => live.view(),
    hasNamespace,
    latch,
    lease,
    isSettled: mayAct,
    policy,
  });
  const leadership = createLeadership({
    lease,
    holder: cluster.instance,
    append: async (body) => await journal.append(body, 'advisor'),
    settle: async () => await hands.settleOpenIntents(state()),
    waitToRetry: async (until) => await pause(wall, leaseRetryMs, until),
    fault: (error) => log.fault(error, 'leadership'),
  });

  const faultOfRecord = (error: unknown): void => log.fault(error, 'record of a model call');
  const leader = await chooseLeader(config, { wall, journal, fault: faultOfRecord }, signal);
  ending.push(async () => await leader.close());
  const cycle = createCycle({
    cluster: clock,
    wall,
    pace,
    journal,
    state,
    view: () => live.view(),
    freshness: () => live.freshness(),
    metrics: senses.metrics,
    anomaly: senses.anomaly,
    hands,
    reader: createEvidenceReader(cluster.reader),
    actions: actionsByName,
    reasonerFor: (incident) => options.reasonerFor?.(incident, leader.reasoner) ?? leader.reasoner,
    suspector: () => leader.reasoner,
    logsAllowed: config.readLogs,
    approvalMs: options.approvalMs ?? approvalMs,
    wake: () => loop.wake(),
    fault: (error, incident) => log.fault(error, incident ?? 'cycle'),
  });
  const stopSwitch = createStopSwitch({
    latch: (stopped) => latch.set(stopped),
    append: async (body, actor) => await journal.append(body, actor),
    publish: async (stopped, by, reason) =>
      await cluster.own.writeStop({ stopped, by, reason: reason ?? '', atMs: clock.now() }, signal),
  });
  const runCycle = async (): Promise<void> => {
    const startedAt = wall.monotonic();
    try {
      if (acts) await latch.look(signal);
      await stopSwitch.flush();
      await watchPolicy({
        reload: async () => await policy.reload(),
        isLost: () => state().lostSources.has('policy'),
        append: async (body) => await journal.append(body, 'guardian'),
      });
      await cycle.run();
      telemetry.setObjectives(senses.anomaly.objectives());
      await baselines.keepWhenDue(clock.now());
      telemetry.observeCycle((wall.monotonic() - startedAt) / 1000, 'ok');
    } catch (error) {
      telemetry.observeCycle((wall.monotonic() - startedAt) / 1000, 'failed');
      throw error;
    }
  };
  const loop = createLoop({
    clock,
    pace,
    cycle: runCycle,
    guardRead: async () => await cycle.guardRead(),
    guardsDue: () => cycle.guardsDue(),
    onFault: (error) => log.fault(error, 'cycle'),
  });
  const announcer = createAnnouncer(
    async (one) => await cluster.own.recordEvent(one, signal),
    (error) => log.fault(error, 'Kubernetes Events'),
  );
  journal.subscribe((event) => {
    telemetry.countEvent(event);
    telemetry.setOpenIncidents(countByState(state()));
    options.onEvent?.(event, state());
    const announcement = mayAct() ? announcementOf(event, state(), cluster.clusterId) : null;
    if (announcement !== null) announcer.announce(announcement);
  });

  const health = (): Health => ({
    version: options.version,
    leader: leader.reasoner.name,
    mode: acts ? config.mode : lowest(config.mode, 'suggest'),
    modeSource: config.modeSource,
    clusterId: cluster.clusterId,
    clusterName: cluster.clusterName,
    clusterLagMs: live.freshness().cacheLagMs,
    blind: blindSpots({
      kinds: live.missing(),
      measurements: cycle.observation()?.missing ?? [],
      objectives: senses.anomaly.objectives().unwatched,
      past: warm.lessons.unread(),
    }),
  });
  const server = await startServer(
    {
      wall,
      cluster: clock,
      state,
      at: async (seq) => await followed.at(seq),
      journal,
      health,
      modes: () =>
        [...live.view().namespaces.keys()].map((namespace) => {
          const { mode, because } = modeOf({ kind: '', namespace, name: '' });
          return { scope: namespace, own: state().modes.get(namespace) ?? null, effective: mode, because };
        }),
      isStopped: () => latch.isStopped(),
      stop: async (order) => {
        const answer = await stopSwitch.stop(order);
        loop.wake();
        return answer;
      },
      resume: async (order) => {
        const answer = await stopSwitch.resume(order);
        loop.wake();
        return answer;
      },
      requestUndo: async (order) => await loop.between(async () => await cycle.requestUndo(order)),
      recheck: async (approval) => await loop.between(async () => await cycle.recheck(approval)),
      ask: async (request) => await cycle.answer(request, AbortSignal.any([signal, AbortSignal.timeout(askMs)])),
      decided: () => loop.wake(),
      metrics: telemetry.registry,
      fault: (error, id) => log.fault(error, `request ${id}`),
    },
    {
      listen: config.listen,
      osUser: userInfo().username,
      pid: process.pid,
      folder,
      scriptedApprover: options.scriptedApprover === true,
    },
  );
  ending.push(async () => await server.close());

  await journal.append(
    {
      kind: 'process.started',
      version: options.version,
      mode: config.mode,
      cluster: cluster.clusterId,
      leader: leader.reasoner.name,
      wallMs: wall.now(),
    },
    'advisor',
  );
  if (acts) {
    await latch.look(signal);
    const other = await leadership.start(signal);
    if (other !== null) warnings.push(notActing(other.heldBy));
  }
  ending.push(async () => {
    leadership.end();
    await leave(lease, journal);
  });
  live.onChange((kinds) => {
    if (wakingKinds.some((kind) => kinds.has(kind))) loop.wake();
  });
  return {
    about: {
      version: options.version,
      clusterName: cluster.clusterName,
      clusterId: cluster.clusterId,
      mode: health().mode,
      events: journal.head(),
      leader: leader.said,
      metrics: metricsLine(config, warm.lessons.series()),
      rights: await rightsLine(cluster.own, live.missing().length),
      url: server.url,
      tokenFile: server.tokenFile,
      folder,
      learned: warm.lessons.series(),
      baselines: warm.baselines,
    },
    warnings,
    scriptedToken: server.scriptedToken,
    state,
    start: () => loop.start(),
    once: runCycle,
    worstSeverity: () => worstOf(state()),
    async idle(resourceVersion) {
      if (resourceVersion !== undefined) await live.caughtUpWith(resourceVersion, signal);
      await loop.idle();
    },
    async close(reason) {
      await loop.close();
      await announcer.idle();
      await journal.append({ kind: 'process.stopped', reason }, 'advisor').catch(() => undefined);
      for (const end of ending.toReversed()) await end().catch((error: unknown) => log.fault(error, 'closing'));
    },
  };
}

/** What a person calls a change of the cluster: any of these may be a hard fact. */
const wakingKinds = ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Event'] as const;

/** Lets the lease go, so that a successor need not wait. */
async function leave(lease: Lease, journal: OpenJournal): Promise<void> {
  const held = lease.current();
  if (held === null) return;
  await journal.append({ kind: 'lease.lost', epoch: held.epoch, reason: 'released at the end' }, 'advisor');
  await lease.release(AbortSignal.timeout(5_000));
}

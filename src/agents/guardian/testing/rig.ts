// A guardian over a real API server in memory: fresh reads, dry runs and writes are the server's own; journal and fold are real; time is stepped.
import { actionsByName } from '../../../actions/actions.ts';
import { steppedClock, type SteppedClock } from '../../../clock.ts';
import type { Held } from '../../../cluster/lease.ts';
import { createReader } from '../../../cluster/read.ts';
import {
  aDeploymentObject,
  aNamespace,
  aTestApi,
  startMs,
  type TestApi,
} from '../../../../test/builders/sandbox-api.ts';
import { aView } from '../../../diagnosis/testing/view.ts';
import type { Approval, Incident, Intent, State } from '../../../folds/state.ts';
import type { EventBody } from '../../../model/event.ts';
import { isJsonObject, toJson, type Json, type JsonObject } from '../../../model/json.ts';
import { fieldManager, type Mode } from '../../../model/mode.ts';
import { paceOf } from '../../../model/pace.ts';
import type { Granted, PermitBody } from '../../../model/permit.ts';
import type { Plan } from '../../../model/plan.ts';
import type { WriteReply } from '../../../model/write.ts';
import type { Circumstances } from '../../../orchestrator/ports.ts';
import { createMemoryJournal } from '../../../store/memory-journal.ts';
import { dryRunOver } from '../gather.ts';
import { createGuardian } from '../guardian.ts';
import type { DryRunPort, Guardian, GuardianPorts } from '../guardian-ports.ts';
import { noPolicy, type Policy } from '../policy.ts';
import { aRoomyNode } from './facts.ts';
import { anEvent } from './state.ts';

const deployments = { group: 'apps', version: 'v1', plural: 'deployments' };

/** What the world outside the guardian is like; a test sets it. */
type Outside = {
  mode: Mode;
  lease: Held | null;
  isSettled: boolean;
  stopped: boolean;
  journalFails: boolean;
  hasNamespace: boolean;
  mayPatch: boolean;
  policy: Policy;
  metricsAgeMs: number | null;
  readonly minted: PermitBody[];
  /** Kinds of events that the journal takes no more. */
  readonly refusedKinds: Set<EventBody['kind']>;
  /** Runs while a dry run is under way. */
  duringDryRun: () => Promise<void>;
  /** Runs after the last read of a gathering. */
  afterReads: () => void;
  dryRuns: number;
  /** Changes the reply of a dry run, as a webhook would. */
  webhook: (reply: WriteReply) => WriteReply;
};

export type Rig = {
  readonly guardian: Guardian;
  readonly outside: Outside;
  readonly wall: SteppedClock;
  readonly cluster: SteppedClock;
  readonly api: TestApi;
  state(): State;
  append(body: object): Promise<void>;
  circumstances(plan: Plan): Circumstances;
  /** Proposes a plan and records the guardian's judgement on it. */
  propose(plan: Plan): Promise<Incident>;
  approval(id?: string): Approval;
  approve(
    plan: Plan,
    by: readonly string[],
    more?: { readonly need?: number; readonly expiresWallMs?: number },
  ): Promise<void>;
  live(name?: string): Promise<JsonObject>;
  /** Sends what was granted, as the k8s-api agent does, and records that it landed. */
  write(granted: Granted): Promise<JsonObject>;
  /** A person's change with kubectl. */
  edit(patch: Json): Promise<void>;
  intent(permit: string): Intent;
  close(): Promise<void>;
};

export async function aRig(): Promise<Rig> {
  const api = await aTestApi();
  const wall = steppedClock(startMs);
  const journal = createMemoryJournal(api.cluster);
  const outside: Outside = {
    mode: 'auto',
    lease: { epoch: 7, remainingMs: 15_000 },
    isSettled: true,
    stopped: false,
    journalFails: false,
    hasNamespace: true,
    mayPatch: true,
    policy: noPolicy,
    metricsAgeMs: 9_000,
    minted: [],
    refusedKinds: new Set(),
    duringDryRun: () => Promise.resolve(),
    afterReads: () => undefined,
    dryRuns: 0,
    webhook: (reply) => reply,
  };
  await api.create('Namespace', aNamespace('shop'));
  await api.create('Deployment', aDeploymentObject('checkout', 'shop', 3));
  await api.api.settle();
  const ports = portsOf(api, wall, outside, journal);
  const guardian = createGuardian(ports);
  const own = api.api.port(fieldManager);
  const person = api.api.port('kubectl');
  const rig: Rig = {
    guardian,
    outside,
    wall,
    cluster: api.cluster,
    api,
    state: () => journal.state(),
    async append(body) {
      await journal.append(anEvent(body), 'test');
    },
    circumstances: (plan) => ({
      incident: incidentOf(journal.state(), plan),
      state: journal.state(),
      view: aView({ nodes: [aRoomyNode()], asOfMs: api.cluster.now() }),
      freshness: { cacheLagMs: 0, broken: [], clockSkewMs: 0 },
      metricsAgeMs: outside.metricsAgeMs,
    }),
    async propose(plan) {
      const [first] = plan.actions;
      if (!journal.state().incidents.has(plan.incident))
        await rig.append({
          kind: 'incident.opened',
          incident: plan.incident,
          root: first?.target,
          severity: 'critical',
          title: 't',
          findings: [],
          evidence: [],
        });
      await rig.append({ kind: 'plan.proposed', plan });
      const judgement = await guardian.judge({ ...rig.circumstances(plan), plan });
      await rig.append({ kind: 'plan.judged', plan: plan.id, ...judgement });
      return incidentOf(journal.state(), plan);
    },
    approval: (id = 'apr-1') => found(journal.state().approvals.get(id)),
    async approve(plan, by, more = {}) {
      const judged = incidentOf(journal.state(), plan).plans.find((one) => one.plan.id === plan.id)?.judged;
      const binding = judged?.binding ?? '';
      await rig.append({
        kind: 'approval.requested',
        approval: 'apr-1',
        plan: plan.id,
        binding,
        need: more.need ?? 1,
        risk: 'medium',
        expiresWallMs: more.expiresWallMs ?? wall.now() + 900_000,
      });
      for (const subject of by)
        await rig.append({
          kind: 'approval.decided',
          approval: 'apr-1',
          decision: 'approved',
          by: subject,
          door: 'cli',
          binding,
        });
    },
    live: async (name = 'checkout') => json(await api.port.get(deployments, 'shop', name)),
    async write(granted) {
      const [request] = granted.requests;
      const reply = json(await own.patch(deployments, 'shop', request?.name ?? '', 'json', request?.ops));
      const after = await journal.keep(reply);
      await rig.append({
        kind: 'write.answered',
        permit: granted.permit.id,
        result: 'landed',
        status: 200,
        reason: 'patched',
        after,
      });
      return reply;
    },
    async edit(patch) {
      await person.patch(deployments, 'shop', 'checkout', 'merge', patch);
    },
    intent: (permit) => found(journal.state().intents.get(permit)),
    close: async () => await api.close(),
  };
  return rig;
}

function portsOf(
  api: TestApi,
  wall: SteppedClock,
  outside: Outside,
  journal: ReturnType<typeof createMemoryJournal>,
): GuardianPorts {
  let ids = 0;
  const real = dryRunOver(api.transport);
  const dryRun: DryRunPort = {
    async send(request, signal) {
      outside.dryRuns += 1;
      await outside.duringDryRun();
      return outside.webhook(await real.send(request, signal));
    },
    async owners(...asked) {
      const owners = await real.owners(...asked);
      outside.afterReads();
      return owners;
    },
  };
  return {
    reader: createReader(api.transport),
    dryRun,
    mayI: () => Promise.resolve(outside.mayPatch),
    journal: {
      keep: async (payload) => await journal.keep(payload),
      payload: async (digest) => await journal.payload(digest),
      writable: () => !outside.journalFails,
      append: async (body, actor) => {
        if (outside.refusedKinds.has(body.kind)) throw new Error('the disk is full');
        return await journal.append(body, actor);
      },
    },
    state: () => journal.state(),
    cluster: api.cluster,
    wall,
    pace: paceOf(1),
    newId: () => `01ID${(ids += 1)}`,
    mint(body) {
      outside.minted.push(body);
      return { ...body, signature: 'signed' };
    },
    clusterId: 'uid-of-kube-system',
    lease: () => outside.lease,
    isSettled: () => outside.isSettled,
    isStopped: () => outside.stopped,
    get configured() {
      return { mode: outside.mode, source: '--mode' };
    },
    advisorNamespace: 'nemotron-advisor',
    hasAdvisorNamespace: () => outside.hasNamespace,
    actions: actionsByName,
    policy: () => outside.policy,
    volatilePaths: [],
  };
}

function incidentOf(state: State, plan: Plan): Incident {
  return found(state.incidents.get(plan.incident));
}

function found<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the state does not hold it');
  return value;
}

function json(value: unknown): JsonObject {
  const made = toJson(value);
  if (!isJsonObject(made)) throw new Error('there is no such object');
  return made;
}

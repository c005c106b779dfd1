// A k8s-api agent on a bench: a journal in memory with the real fold, permits that count their sends, a guardian that grants fences, and faults on the way to the server.
import type { Clock } from '../../../clock.ts';
import type { Transport } from '../../../cluster/transport.ts';
import { createReader } from '../../../cluster/read.ts';
import { createMemoryJournal } from '../../../store/memory-journal.ts';
import type { Intent, State } from '../../../folds/state.ts';
import type { PatchOp } from '../../../model/action.ts';
import { exitCodes, Failure } from '../../../model/failure.ts';
import type { Journal } from '../../../model/journal.ts';
import { isJsonObject, pointer, valueAt, type Json, type JsonObject } from '../../../model/json.ts';
import { markAnnotation, type Mode } from '../../../model/mode.ts';
import type { Burned, Granted, Permit, PermitPurpose } from '../../../model/permit.ts';
import type { EventBody } from '../../../model/event.ts';
import { requestDigest, type WriteRequest } from '../../../model/write.ts';
import type { StopWord } from '../../../cluster/own.ts';
import type { FollowUp } from '../fence.ts';
import { createK8sApiAgent, type K8sApiAgent } from '../k8s-api-agent.ts';
import { faulty, type Fault } from './faulty.ts';

export const deployments = { group: 'apps', version: 'v1', plural: 'deployments' };
const markPath = pointer('metadata', 'annotations', markAnnotation);

type Outside = {
  mode: Mode;
  stopped: boolean;
  /** What the stop ConfigMap says. */
  stopWord: StopWord;
  lease: { readonly epoch: number; readonly remainingMs: number } | null;
  journalFails: boolean;
  /** What happens to the next writes on their way, in order; then all goes well. */
  faults: Fault[];
  /** Runs between the wait in line and the moment a write leaves. */
  beforeLeave: () => void;
  fences: 'granted' | 'held' | 'refused';
  reads: 'as they are' | 'fail' | 'find nothing';
  /** Payloads were erased by retention. */
  erased: boolean;
};

export type Bench = {
  readonly outside: Outside;
  readonly wall: Clock;
  readonly journal: Journal & { state(): State };
  /** Bodies of the writes that left, in order. */
  readonly left: readonly string[];
  /** A process: the first one, and after a kill the next one in its own epoch. */
  process(epoch?: number): K8sApiAgent;
  /** Records the intent of a scale and grants it. */
  scale(
    of: JsonObject,
    replicas: number,
    permit: string,
    more?: { readonly purpose?: PermitPurpose },
  ): Promise<Granted>;
  bodies<Kind extends EventBody['kind']>(kind: Kind): Promise<readonly Extract<EventBody, { kind: Kind }>[]>;
  intent(permit: string): Intent;
  /** Delivers what was kept back, as a slow network would. */
  deliver(): Promise<void>;
};

const notStopped: StopWord = { stopped: false, seen: false, by: null, reason: null };

export function aBench(real: Transport): Bench {
  const wall = jumpingClock(Date.UTC(2026, 5, 9, 14));
  const memory = createMemoryJournal(wall);
  const outside: Outside = {
    mode: 'auto',
    stopped: false,
    stopWord: notStopped,
    lease: { epoch: 3, remainingMs: 14_000 },
    journalFails: false,
    faults: [],
    beforeLeave: () => undefined,
    fences: 'granted',
    reads: 'as they are',
    erased: false,
  };
  const journal: Bench['journal'] = {
    ...memory,
    append: async (body, actor) => (outside.journalFails ? await cannotWrite() : await memory.append(body, actor)),
    payload: async (digest) => (outside.erased ? null : await memory.payload(digest)),
    writable: () => !outside.journalFails,
  };
  const left: string[] = [];
  const net = faulty(real, outside, left);
  const reader = createReader(net.transport);
  const spent = new Map<string, 'sent' | 'armed' | 'sent again'>();

  const grant = async (
    of: JsonObject,
    ops: readonly PatchOp[],
    is: Pick<Granted['permit'], 'id' | 'purpose' | 'formerMark' | 'plan' | 'action'> & { readonly fenceOf?: string },
  ): Promise<Granted> => {
    const metadata = valueAt(of, '/metadata');
    const { name, namespace, uid } = isJsonObject(metadata) ? metadata : {};
    if (typeof name !== 'string' || typeof namespace !== 'string' || typeof uid !== 'string')
      throw new Error('no target');
    const scope = { kind: 'Deployment', namespace, name };
    const target = { ...scope, uid };
    const request: WriteRequest = { method: 'PATCH', resource: deployments, namespace, name, ops };
    const requestDigests = [requestDigest(request)];
    const epoch = outside.lease?.epoch ?? 0;
    const { id, purpose, formerMark, plan, action } = is;
    const { seq } = await journal.append(
      {
        kind: 'intent.recorded',
        permit: id,
        purpose,
        plan,
        action,
        target,
        resource: deployments,
        formerMark,
        epoch,
        actionDigest: 'a'.repeat(64),
        requestDigests,
        before: await journal.keep(of),
        summary: 'change',
        ...(is.fenceOf === undefined ? {} : { fenceOf: is.fenceOf }),
      },
      'guardian',
    );
    const permit = {
      id,
      purpose,
      plan,
      action,
      target,
      formerMark,
      epoch,
      requestDigests,
      actionDigest: 'a'.repeat(64),
      testedDigest: 'b'.repeat(64),
      clusterId: 'cluster-1',
      intentSeq: seq,
      expiresWallMs: wall.now() + 30_000,
      signature: 'c'.repeat(64),
    };
    return {
      intentSeq: seq,
      permit,
      requests: [request],
      before: of,
      actionName: 'scale',
      needsMode: 'approve',
      scope,
    };
  };
  const follow = async (granted: () => Promise<Granted>): Promise<FollowUp> => {
    if (outside.fences === 'held') return { held: 'the lease is not held' };
    return outside.fences === 'refused' ? { refused: 'no' } : { granted: await granted() };
  };
  const ofUid = (of: JsonObject): PatchOp => ({
    op: 'test',
    path: '/metadata/uid',
    value: valueAt(of, '/metadata/uid') ?? null,
  });

  return {
    outside,
    wall,
    journal,
    left,
    deliver: async () => await net.deliver(),
    process: (epoch = 3) => {
      if (outside.lease !== null) outside.lease = { ...outside.lease, epoch };
      return createK8sApiAgent({
        transport: net.transport,
        reader: {
          get: async (address) => {
            if (outside.reads === 'fail') throw new Error('no answer');
            return outside.reads === 'find nothing' ? null : await reader.get(address);
          },
        },
        own: { readStop: () => Promise.resolve(outside.stopWord) },
        journal,
        wall,
        clusterId: 'cluster-1',
        state: () => journal.state(),
        lease: () => outside.lease,
        isStopped: () => outside.stopped,
        modeOf: () => outside.mode,
        permits: {
          burn: (permit, request) => use(spent, permit, requestDigest(request), 'burn'),
          rearm: (permit, request) => use(spent, permit, requestDigest(request), 'rearm'),
        },
        permitFence: async (intent, current) =>
          await follow(
            async () =>
              await grant(current, [ofUid(current), ...markOps(current, `void:${intent.permit}`)], {
                id: `${epoch}.fence-of-${intent.permit}-${left.length}`,
                purpose: 'fence',
                formerMark: intent.formerMark,
                plan: intent.plan,
                action: intent.action,
                fenceOf: intent.permit,
              }),
          ),
        permitHandBack: async (undo, now, managedFields) =>
          await follow(
            async () =>
              await grant(now, [ofUid(now), ...handBackOps(now, undo.permit, managedFields)], {
                id: `${epoch}.hand-back`,
                purpose: 'hand back',
                formerMark: undo.permit,
                plan: undo.plan,
                action: undo.action,
              }),
          ),
      });
    },
    async scale(of, replicas, permit, { purpose = 'act' } = {}) {
      const mark = valueAt(of, markPath);
      const ops: readonly PatchOp[] = [
        ofUid(of),
        { op: 'test', path: '/spec/replicas', value: valueAt(of, '/spec/replicas') ?? null },
        { op: 'replace', path: '/spec/replicas', value: replicas },
        ...markOps(of, permit),
      ];
      const formerMark = typeof mark === 'string' ? mark : null;
      return await grant(of, ops, { id: permit, purpose, formerMark, plan: 'inc-1/p1', action: 'inc-1/p1/a1' });
    },
    async bodies(kind) {
      const events = await journal.read(0, 1_000);
      return events
        .map((one) => one.body)
        .filter((body): body is Extract<typeof body, { kind: typeof kind }> => body.kind === kind);
    },
    intent(permit) {
      const found = journal.state().intents.get(permit);
      if (found === undefined) throw new Error(`no intent of ${permit}`);
      return found;
    },
  };
}

function markOps(of: JsonObject, mark: string): readonly PatchOp[] {
  if (valueAt(of, '/metadata/annotations') === undefined)
    return [
      { op: 'test', path: '/metadata/annotations', value: null },
      { op: 'add', path: '/metadata/annotations', value: { [markAnnotation]: mark } },
    ];
  return [
    { op: 'test', path: markPath, value: valueAt(of, markPath) ?? null },
    { op: 'add', path: markPath, value: mark },
  ];
}

function handBackOps(now: JsonObject, undo: string, managedFields: readonly Json[]): readonly PatchOp[] {
  const path = '/metadata/managedFields';
  return [
    { op: 'test', path: markPath, value: undo },
    { op: 'test', path, value: valueAt(now, path) ?? null },
    { op: 'replace', path, value: managedFields },
  ];
}

function use(
  spent: Map<string, 'sent' | 'armed' | 'sent again'>,
  permit: Permit,
  digest: string,
  how: 'burn' | 'rearm',
): Burned {
  const key = `${permit.id} ${digest}`;
  const former = spent.get(key);
  if (!permit.requestDigests.includes(digest)) return { refused: 'the permit does not cover this request' };
  const mayUse = how === 'rearm' ? former === 'sent' : former === undefined || former === 'armed';
  if (!mayUse) return { refused: 'the request was sent already' };
  spent.set(key, how === 'rearm' ? 'armed' : former === undefined ? 'sent' : 'sent again');
  return { burned: true };
}

function cannotWrite(): Promise<never> {
  const problem = {
    code: 'journal-unwritable',
    what: 'the journal cannot be written',
    why: 'ENOSPC',
    next: 'free space',
  };
  return Promise.reject(new Failure({ ...problem, exitCode: exitCodes.fault }));
}

/** A clock on which short waits are over at once, and deadlines of five seconds and more never come. */
function jumpingClock(startMs: number): Clock {
  let now = startMs;
  return {
    now: () => now,
    monotonic: () => now - startMs,
    after(delayMs, run) {
      if (delayMs >= 5_000) return () => undefined;
      let isCancelled = false;
      queueMicrotask(() => {
        if (isCancelled) return;
        now += delayMs;
        run();
      });
      return () => {
        isCancelled = true;
      };
    },
  };
}

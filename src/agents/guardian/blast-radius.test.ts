import { describe, expect, it } from 'vitest';
import { aPod, aView, nowMs } from '../../diagnosis/testing/view.ts';
import { emptyState, type Incident, type PastWrite, type State } from '../../folds/state.ts';
import { restart } from '../../actions/restart.ts';
import { blastRadius } from './blast-radius.ts';
import { known, missing } from './facts.ts';
import { runRules } from './rule-run.ts';
import { aContainer, aLive, anAction, aPlan, aRoomyNode, aTemplate, someFacts, target } from './testing/facts.ts';

const scalingTo = (replicas: number) => anAction({ params: { replicas } });
const restarting = anAction({ action: 'restart', params: {} });

function writes(count: number, more: Partial<PastWrite> = {}): State {
  const one = (at: number): PastWrite => ({
    permit: `7.${at}`,
    plan: `inc-9/p${at}`,
    action: `inc-9/p${at}/a1`,
    actionName: 'scale',
    target: { ...target, name: `other-${at}`, uid: 'u' },
    atMs: nowMs - 1_000,
    purpose: 'act',
    ...more,
  });
  return { ...emptyState, writes: Array.from({ length: count }, (_, at) => one(at)) };
}

describe('G09, writes in an hour', () => {
  const word = (state: State) => blastRadius.judge(someFacts({ state }), []);
  const elsewhere = { target: { ...target, namespace: 'pay', uid: 'u' } };

  it('allows the fourth in a namespace and denies the fifth', () => {
    expect(word(writes(3))).toMatchObject({ word: 'allow' });
    expect(word(writes(3)).reason).toContain('write 4 of 10 this hour, 4 of 4 in shop');
    expect(word(writes(4))).toEqual({ word: 'deny', reason: '4 writes in shop within the hour, at most 4 may be' });
  });

  it('allows the tenth in the cluster and denies the eleventh', () => {
    expect(word(writes(9, elsewhere)).word).toBe('allow');
    expect(word(writes(10, elsewhere))).toEqual({
      word: 'deny',
      reason: '10 writes within the hour, at most 10 may be',
    });
  });

  it('forgets what is an hour old, and never counts fences and hand backs', () => {
    expect(word(writes(4, { atMs: nowMs - 3_600_000 })).word).toBe('allow');
    expect(word(writes(4, { atMs: nowMs - 3_599_999 })).word).toBe('deny');
    expect(word(writes(4, { purpose: 'fence' })).word).toBe('allow');
    expect(word(writes(4, { purpose: 'hand back' })).word).toBe('allow');
    expect(word(writes(4, { purpose: 'undo' })).word).toBe('deny');
  });

  it('counts writes whose end is not known', () => {
    const intent = {
      permit: '7.9',
      purpose: 'act',
      plan: 'inc-9/p9',
      action: 'inc-9/p9/a1',
      target: { ...target, uid: 'u' },
      resource: { group: 'apps', version: 'v1', plural: 'deployments' },
      formerMark: null,
      epoch: 7,
      seq: 1,
      atMs: 0,
      actionDigest: 'd',
      requestDigests: ['r'],
      before: 'b',
      summary: 's',
      answer: null,
      fence: null,
    } as const;
    const state = { ...writes(3), intents: new Map([['7.9', intent]]) };
    expect(word(state).word).toBe('deny');
  });
});

describe('G09, one plan in flight per workload', () => {
  const other = (more: Partial<Incident['plans'][number]['actions'][number]>): State => {
    const plan = { ...aPlan({ id: 'inc-2/p1', incident: 'inc-2' }), actions: [anAction({ id: 'inc-2/p1/a1' })] };
    const action = {
      id: 'inc-2/p1/a1',
      verdict: null,
      permits: [],
      writtenAtMs: 5,
      outcome: null,
      held: null,
      ...more,
    };
    const planState = { plan, proposedAtMs: 1, judged: null, approval: null, actions: [action], ended: null };
    const incident = {
      id: 'inc-2',
      root: target,
      openedRoot: target,
      title: 't',
      severity: 'warning',
      state: 'verifying',
      openedAtMs: 1,
      updatedAtMs: 1,
      closedAtMs: null,
      times: 1,
      findings: [],
      evidence: [],
      hypotheses: [],
      plans: [planState],
      leader: null,
      rung: null,
      refusedAnswers: [],
      advice: [],
      reason: null,
      mergedInto: null,
      events: [],
    } as const;
    return { ...emptyState, incidents: new Map([['inc-2', incident]]) };
  };

  it('denies while another plan is being verified on the same target', () => {
    expect(blastRadius.judge(someFacts({ state: other({}) }), []).reason).toBe(
      'inc-2/p1 is in flight on the same workload, and one at a time may be',
    );
  });

  it('allows once that plan has its outcome, or was never written', () => {
    const outcome = { word: 'effective', undone: false, sentence: 's', atMs: 6 } as const;
    expect(blastRadius.judge(someFacts({ state: other({ outcome }) }), []).word).toBe('allow');
    expect(blastRadius.judge(someFacts({ state: other({ writtenAtMs: null }) }), []).word).toBe('allow');
  });
});

describe('G09, pods at a time', () => {
  it('lets one pod be missing, or a quarter', () => {
    const word = (replicas: number, to: number) =>
      blastRadius.judge(someFacts({ on: aLive({ replicas }), action: scalingTo(to) }), []).word;
    expect(word(2, 1)).toBe('allow');
    expect(word(8, 6)).toBe('allow');
    expect(word(8, 5)).toBe('deny');
    expect(word(7, 5)).toBe('deny');
    expect(word(3, 1)).toBe('deny');
  });

  it('counts a rollout that may take half at once', () => {
    const on = aLive({ replicas: 4, spec: { strategy: { rollingUpdate: { maxUnavailable: '50%', maxSurge: 0 } } } });
    expect(blastRadius.judge(someFacts({ on, action: restarting, by: restart }), []).reason).toBe(
      '2 of 4 ready pods would be missing at a time, at most 1 may be',
    );
  });

  it('adds at most 20 pods at once, and nothing above 200', () => {
    const word = (replicas: number, to: number) =>
      blastRadius.judge(
        someFacts({
          on: aLive({ replicas }),
          action: scalingTo(to),
          view: aView({ nodes: [roomy('a'), roomy('b'), roomy('c')] }),
        }),
        [],
      );
    expect(word(3, 23).word).toBe('allow');
    expect(word(3, 24).reason).toBe('21 pods more at once, at most 20 may be');
    expect(word(199, 201).reason).toBe('201 replicas, at most 200 may be');
    expect(word(198, 200).word).toBe('allow');
  });
});

describe('G09, room for more', () => {
  it('fits pods by their requests into what nodes have left', () => {
    const node = aRoomyNode('n', {
      status: { ...aRoomyNode().status, allocatable: { cpu: '300m', memory: '1Gi', pods: '110' } },
    });
    const used = aPod(target, 'checkout-0', {
      node: 'n',
      spec: { containers: [{ name: 'a', resources: { requests: { cpu: '100m' } } }] },
    });
    const word = (to: number) =>
      blastRadius.judge(someFacts({ action: scalingTo(to), view: aView({ nodes: [node], pods: [used] }) }), []);
    expect(word(5)).toMatchObject({ word: 'allow' });
    expect(word(5).reason).toContain('1 schedulable node has room for 2 more');
    expect(word(6)).toEqual({ word: 'deny', reason: '1 schedulable node has room for 2 more, 3 would be needed' });
  });

  it.each([
    ['is cordoned', { spec: { unschedulable: true } }],
    ['is not ready', { status: { ...aRoomyNode().status, conditions: [{ type: 'Ready', status: 'False' }] } }],
    ['has a taint', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } }],
  ])('counts no node that %s', (_, more) => {
    expect(blastRadius.judge(someFacts({ view: aView({ nodes: [aRoomyNode('n', more)] }) }), []).reason).toContain(
      '0 schedulable nodes have room for 0 more',
    );
  });

  it('follows node selector and tolerations of the template', () => {
    const template = aTemplate([aContainer()], {
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
    });
    const taints = { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } };
    const fitting = aRoomyNode('a', { ...taints, metadata: { name: 'a', labels: { disk: 'ssd' } } });
    const word = (nodes: Parameters<typeof aView>[0]['nodes']) =>
      blastRadius.judge(someFacts({ on: aLive({ template }), view: aView({ nodes: nodes ?? [] }) }), []).word;
    expect(word([fitting])).toBe('allow');
    expect(word([aRoomyNode('b', taints)])).toBe('deny');
  });

  it('asks where a required affinity decides on the nodes', () => {
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: {} } };
    const on = aLive({ template: aTemplate([aContainer()], { affinity }) });
    expect(blastRadius.judge(someFacts({ on }), [])).toMatchObject({ word: 'ask', people: 1 });
  });

  it('asks quotas', () => {
    const quota = (hard: Record<string, string>, used: Record<string, string>) =>
      blastRadius.judge(
        someFacts({ quotas: known([{ metadata: { name: 'team' }, spec: { hard }, status: { used } }]) }),
        [],
      );
    expect(quota({ 'requests.cpu': '1' }, { 'requests.cpu': '800m' }).word).toBe('allow');
    expect(quota({ 'requests.cpu': '1' }, { 'requests.cpu': '801m' }).reason).toBe(
      'quota team has 199m of requests.cpu left, 200m more would be needed',
    );
    expect(quota({ pods: '4' }, { pods: '3' }).word).toBe('deny');
    expect(quota({ 'limits.cpu': '9' }, { 'limits.cpu': '0' }).reason).toContain(
      'wants limits.cpu, which a container does not give',
    );
    expect(quota({ 'requests.memory': '1Gi' }, {}).reason).toContain('is not known');
    expect(quota({ 'requests.storage': '1Gi' }, {}).word).toBe('allow');
  });

  it('needs no room to take pods away, and denies without the facts to add some', () => {
    const quotas = missing<never>('quotas of shop may not be read');
    expect(blastRadius.judge(someFacts({ action: scalingTo(2), quotas }), []).word).toBe('allow');
    expect(runRules(someFacts({ quotas }), [blastRadius])[0]).toMatchObject({ word: 'deny' });
    expect(blastRadius.judge(someFacts({ view: aView({}) }), []).word).toBe('deny');
  });
});

function roomy(name: string): ReturnType<typeof aRoomyNode> {
  return aRoomyNode(name);
}

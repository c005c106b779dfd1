import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anAction, aPlan } from './testing/facts.ts';
import { containing } from './testing/containing.ts';
import { aRig, type Rig } from './testing/rig.ts';

const scaleUp = aPlan();
const restart = aPlan({ actions: [anAction({ action: 'restart', params: {} })] });

let rig: Rig;
beforeEach(async () => {
  rig = await aRig();
});
afterEach(async () => {
  await rig.close();
});

describe('judging a plan', () => {
  it('permits a low-risk action in auto, with change, undo and line by hand', async () => {
    await rig.propose(scaleUp);
    const judgement = await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(judgement).toMatchObject({ mode: 'auto', because: '--mode' });
    expect(judgement.verdicts[0]).toMatchObject({
      word: 'permitted',
      risk: 'low',
      need: 0,
      wouldBe: false,
      summary: '3 → 5',
      diff: [{ path: 'spec.replicas', before: 3, after: 5, owner: 'tester' }],
      undo: 'kubectl -n shop scale deploy/checkout --replicas=3',
      byHand: 'kubectl -n shop scale deploy/checkout --replicas=5',
    });
    expect(judgement.verdicts[0]?.rulings).toHaveLength(18);
  });

  it('sends no write and records nothing', async () => {
    await rig.propose(scaleUp);
    const before = await rig.live();
    await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(await rig.live()).toEqual(before);
    expect(rig.state().intents.size).toBe(0);
  });

  it('binds the same while only status moves, and another digest once the change is another', async () => {
    await rig.propose(restart);
    const bindingNow = async () => (await rig.guardian.judge({ ...rig.circumstances(restart), plan: restart })).binding;
    const first = await bindingNow();
    await rig.api.port.patch(
      { group: 'apps', version: 'v1', plural: 'deployments' },
      'shop',
      'checkout',
      'merge',
      { status: { readyReplicas: 1 } },
      { subresource: 'status' },
    );
    expect(await bindingNow()).toBe(first);
    await rig.edit({ spec: { template: { metadata: { annotations: { team: 'x' } } } } });
    expect(await bindingNow()).not.toBe(first);
  });

  it('only says what it would say in suggest, with a dry run where patch is granted', async () => {
    rig.outside.mode = 'suggest';
    rig.outside.lease = null;
    const judgement = await rig
      .propose(scaleUp)
      .then(() => rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp }));
    expect(judgement.mode).toBe('suggest');
    expect(judgement.verdicts[0]).toMatchObject({ word: 'permitted', wouldBe: true });
    expect(rig.outside.dryRuns).toBe(2);
  });

  it('leaves the dry run pending in suggest without the right, and in observe always', async () => {
    rig.outside.mode = 'suggest';
    rig.outside.mayPatch = false;
    await rig.propose(scaleUp);
    rig.outside.mode = 'observe';
    rig.outside.mayPatch = true;
    const judgement = await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(rig.outside.dryRuns).toBe(0);
    expect(judgement.verdicts[0]).toMatchObject({ word: 'denied', wouldBe: true });
    expect(judgement.verdicts[0]?.rulings.find((one) => one.rule === 'G17')).toMatchObject({ word: 'pending' });
  });

  it('ends at suggest without the namespace of the advisor, and says what to type', async () => {
    rig.outside.hasNamespace = false;
    await rig.propose(scaleUp);
    const judgement = await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(judgement).toMatchObject({
      mode: 'suggest',
      because: containing('kubectl create namespace'),
    });
  });

  it('lets an annotation of the workload lower the mode', async () => {
    await rig.edit({ metadata: { annotations: { 'nemotron-advisor.dev/mode': 'approve' } } });
    await rig.propose(scaleUp);
    const judgement = await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(judgement).toMatchObject({ mode: 'approve', because: 'workload annotation' });
    expect(judgement.verdicts[0]).toMatchObject({ word: 'needs approval', need: 1 });
  });

  it('tries only the action whose turn it is; a later one waits for its own', async () => {
    const later = anAction({ id: 'inc-1/p1/a2', action: 'restart', params: {} });
    const plan = aPlan({ actions: [anAction(), later] });
    await rig.propose(plan);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(plan), plan });
    expect(verdicts.map((one) => one.rulings.find((ruling) => ruling.rule === 'G17')?.word)).toEqual([
      'allow',
      'pending',
    ]);
    expect(verdicts[1]?.rulings.find((ruling) => ruling.rule === 'G17')?.reason).toContain('after inc-1/p1/a1');
    expect(verdicts[1]).toMatchObject({ word: 'needs approval', wouldBe: false });
  });

  it('gives a later action that nobody is asked about no leave yet', async () => {
    const later = anAction({ id: 'inc-1/p1/a2', params: { replicas: 6 } });
    const plan = aPlan({ actions: [anAction(), later] });
    await rig.propose(plan);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(plan), plan });
    expect(verdicts.map((one) => [one.word, one.wouldBe])).toEqual([
      ['permitted', false],
      ['denied', true],
    ]);
  });

  it('says of a real denial that it is one', async () => {
    rig.outside.metricsAgeMs = null;
    await rig.propose(scaleUp);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(verdicts[0]).toMatchObject({ word: 'denied', wouldBe: false });
  });

  it('denies a target that does not exist', async () => {
    const plan = aPlan({ actions: [anAction({ target: { kind: 'Deployment', namespace: 'shop', name: 'absent' } })] });
    await rig.propose(plan);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(plan), plan });
    expect(verdicts[0]?.word).toBe('denied');
    expect(verdicts[0]?.rulings.find((one) => one.rule === 'G01')?.reason).toContain(
      'shop/deploy/absent does not exist',
    );
  });

  it('rejects when the cluster does not answer, so that nothing is denied for that', async () => {
    await rig.propose(scaleUp);
    rig.outside.webhook = (reply) => ({ ...reply, status: null, object: null, summary: 'the connection failed' });
    await expect(rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp })).rejects.toThrow(
      'was not answered',
    );
  });

  it('looks again when the target moved between read and dry run', async () => {
    await rig.propose(scaleUp);
    rig.outside.dryRuns = 0;
    rig.outside.duringDryRun = async () => {
      rig.outside.duringDryRun = () => Promise.resolve();
      await rig.edit({ spec: { replicas: 4 } });
    };
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(rig.outside.dryRuns).toBe(2);
    expect(verdicts[0]).toMatchObject({ word: 'permitted', summary: '4 → 5' });
  });

  it('asks when a webhook changes more than was meant', async () => {
    rig.outside.webhook = (reply) =>
      reply.object === null
        ? reply
        : { ...reply, object: { ...reply.object, spec: { ...specOf(reply.object), paused: true } } };
    await rig.propose(scaleUp);
    const { verdicts } = await rig.guardian.judge({ ...rig.circumstances(scaleUp), plan: scaleUp });
    expect(verdicts[0]).toMatchObject({ word: 'needs approval', need: 1 });
    expect(verdicts[0]?.rulings.find((one) => one.rule === 'G17')?.reason).toContain('spec.paused');
  });
});

function specOf(object: { readonly [key: string]: unknown }): Record<string, never> {
  const spec: unknown = object['spec'];
  return Object.assign({}, spec);
}

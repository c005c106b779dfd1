import { describe, expect, it } from 'vitest';
import { rollback } from '../../actions/rollback.ts';
import { setResources } from '../../actions/set-resources.ts';
import { aReplicaSet } from '../../actions/testing/live.ts';
import { aPod, aView } from '../../diagnosis/testing/view.ts';
import type { Live } from '../../model/action.ts';
import type { JsonObject } from '../../model/json.ts';
import type { LimitRange } from '../../model/kube.ts';
import type { WriteReply } from '../../model/write.ts';
import { dryRunEqualsPreview } from './dry-run-equals-preview.ts';
import { known, missing } from './facts.ts';
import { patched } from './patched.ts';
import { runRules } from './rule-run.ts';
import { aContainer, aLive, anAction, aReply, aTemplate, changeOf, someFacts, target } from './testing/facts.ts';

const raise = anAction({ action: 'set-resources', params: { container: 'app', limits: { memory: '384Mi' } } });
const limitPath = '/spec/template/spec/containers/0/resources/limits/memory';

/** The reply of a dry run that also changed these places. */
const replyWith = (
  changes: Record<string, JsonObject | string | number | boolean | null>,
  more: Partial<WriteReply> = {},
) => {
  const { after } = changeOf(aLive(), raise, setResources);
  const ops = Object.entries(changes).map(([path, value]) => ({ op: 'add', path, value }) as const);
  return known({ reply: aReply(patched(after, ops), more) });
};
const word = (more: Parameters<typeof someFacts>[0]) =>
  dryRunEqualsPreview.judge(someFacts({ action: raise, by: setResources, ...more }), []);

describe('G17, the dry run', () => {
  it('allows a reply that is what was meant', () => {
    expect(word({ dryRun: replyWith({}) })).toEqual({
      word: 'allow',
      reason: 'the dry run of the very body passed and changed just its one place',
    });
  });

  it('denies a refusal by its summary and fields', () => {
    const refused = known({
      reply: aReply({}, { status: 422, object: null, summary: '422 Invalid', fields: ['spec.template.x'] }),
    });
    expect(word({ dryRun: refused })).toEqual({
      word: 'deny',
      reason: 'the dry run was refused: 422 Invalid (spec.template.x)',
    });
    const quota = known({ reply: aReply({}, { status: 403, object: null, summary: 'a resource quota is used up' }) });
    expect(word({ dryRun: quota }).reason).toContain('a resource quota is used up');
  });

  it('denies a success without the object', () => {
    expect(word({ dryRun: known({ reply: aReply({}, { object: null }) }) }).word).toBe('deny');
  });

  it('is pending where no dry run may be sent', () => {
    expect(word({ dryRun: known({ pending: 'in observe no dry run is sent' }) })).toEqual({
      word: 'pending',
      reason: 'in observe no dry run is sent',
    });
  });

  it('denies without any word on it', () => {
    const facts = someFacts({ dryRun: missing('there is nothing to try') });
    expect(runRules(facts, [dryRunEqualsPreview])[0]).toMatchObject({ word: 'deny' });
  });

  it('expects what moves by itself', () => {
    const dryRun = replyWith({
      '/metadata/generation': 5,
      '/metadata/resourceVersion': '777',
      '/metadata/managedFields': null,
      '/status': { readyReplicas: 0 },
      '/metadata/annotations/deployment.kubernetes.io~1revision': '8',
    });
    expect(word({ dryRun }).word).toBe('allow');
  });

  it('takes amounts by their value and defaults inside what is touched', () => {
    expect(word({ dryRun: replyWith({ [limitPath]: '402653184' }) }).word).toBe('allow');
    const container = '/spec/template/spec/containers/0/resources';
    expect(word({ dryRun: replyWith({ [`${container}/claims`]: 'default' }) }).word).toBe('allow');
  });

  it('asks when a webhook set another amount than was meant', () => {
    expect(word({ dryRun: replyWith({ [limitPath]: '512Mi' }) })).toEqual({
      word: 'ask',
      people: 1,
      reason: 'the server would change more than was asked: spec.template.spec.containers[app].resources.limits.memory',
    });
  });

  it('asks when anything else changed, and names three places', () => {
    const dryRun = replyWith({ '/spec/replicas': 9, '/metadata/labels': { team: 'x' }, '/spec/a': 1, '/spec/b': 2 });
    expect(word({ dryRun })).toMatchObject({ word: 'ask', people: 1 });
    expect(word({ dryRun }).reason).toBe(
      'the server would change more than was asked: metadata.labels.team, spec.a, spec.b and 1 more',
    );
  });

  it('asks when a webhook adds a container', () => {
    const { after } = changeOf(aLive(), raise, setResources);
    const withSidecar = patched(after, [
      { op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'proxy', image: 'proxy:1' } },
    ]);
    expect(word({ dryRun: known({ reply: aReply(withSidecar) }) }).word).toBe('ask');
  });

  it('asks for a list that grew inside a template that is replaced whole', () => {
    const template = aTemplate();
    const former = aTemplate([aContainer({ image: 'registry.local/shop/checkout:1.8.0' })]);
    const live: Live = { ...aLive({ template }), revisions: [aReplicaSet(4, former), aReplicaSet(5, template)] };
    const back = anAction({ action: 'rollback', params: { revision: 4 } });
    const { after } = changeOf(live, back, rollback);
    const grown = patched(after, [{ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'proxy' } }]);
    const judge = (object: JsonObject) =>
      dryRunEqualsPreview.judge(
        someFacts({ on: live, action: back, by: rollback, dryRun: known({ reply: aReply(object) }) }),
        [],
      );
    expect(judge(after).word).toBe('allow');
    expect(judge(grown).word).toBe('ask');
  });

  it('leaves out what this cluster lists as volatile', () => {
    const dryRun = replyWith({ '/metadata/annotations/stamp': 'now' });
    expect(word({ dryRun }).word).toBe('ask');
    expect(word({ dryRun, volatilePaths: ['/metadata/annotations/stamp'] }).word).toBe('allow');
  });

  it('asks when the server warns of Pod Security', () => {
    const warnings = ['299 - "would violate PodSecurity "restricted:latest""'];
    expect(word({ dryRun: replyWith({}, { warnings }) })).toMatchObject({ word: 'ask' });
    expect(word({ dryRun: replyWith({}, { warnings: ['299 - "deprecated"'] }) }).word).toBe('allow');
  });
});

describe('G17, what a dry run of a template does not check', () => {
  const range = (limits: NonNullable<NonNullable<LimitRange['spec']>['limits']>) =>
    known([{ metadata: { name: 'bounds' }, spec: { limits } }]);

  it('denies a container above or below a LimitRange', () => {
    expect(word({ limitRanges: range([{ type: 'Container', max: { memory: '256Mi' } }]) })).toEqual({
      word: 'deny',
      reason: 'new pods would be refused: container app may have at most 256Mi of memory by LimitRange bounds',
    });
    expect(word({ limitRanges: range([{ type: 'Container', min: { cpu: '200m' } }]) }).reason).toContain(
      'needs at least 200m of cpu',
    );
    expect(word({ limitRanges: range([{ type: 'Pod', max: { memory: '383Mi' } }]) }).reason).toContain(
      'a pod may have at most',
    );
    expect(word({ limitRanges: range([{ type: 'Container', max: { memory: '384Mi' } }]) }).word).toBe('allow');
    expect(word({ limitRanges: range([{ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }]) }).word).toBe(
      'allow',
    );
  });

  it('denies what a quota has no room for: the surge, and the growth of all pods', () => {
    const quota = (used: string, hard = '2Gi') =>
      word({
        quotas: known([
          {
            metadata: { name: 'team' },
            spec: { hard: { 'limits.memory': hard } },
            status: { used: { 'limits.memory': used } },
          },
        ]),
      });
    expect(quota('768Mi').word).toBe('allow');
    expect(quota('1700Mi').reason).toContain('quota team has 348Mi of limits.memory left, 384Mi more would be needed');
  });

  it('asks for a service account or priority class that the template brings anew', () => {
    const template = aTemplate();
    const former = aTemplate([aContainer({ image: 'a:0' })], { serviceAccountName: 'old', priorityClassName: 'gold' });
    const live: Live = { ...aLive({ template }), revisions: [aReplicaSet(4, former), aReplicaSet(5, template)] };
    const action = anAction({ action: 'rollback', params: { revision: 4 } });
    const judge = (view = aView({})) =>
      dryRunEqualsPreview.judge(someFacts({ on: live, action, by: rollback, view }), []);
    expect(judge()).toEqual({
      word: 'ask',
      people: 1,
      reason:
        'whether priority class gold exists cannot be told; whether service account old exists cannot be told: a person decides',
    });
    const proof = aPod(target, 'other', {
      spec: { containers: [], serviceAccountName: 'old', priorityClassName: 'gold' },
    });
    expect(judge(aView({ pods: [proof] })).word).toBe('allow');
  });

  it('asks for no name that is there already, is the default or belongs to the system', () => {
    const judge = (before: JsonObject, after: JsonObject) => {
      const template = aTemplate([aContainer()], before);
      const former = aTemplate([aContainer({ image: 'a:0' })], after);
      const live: Live = { ...aLive({ template }), revisions: [aReplicaSet(4, former), aReplicaSet(5, template)] };
      const action = anAction({ action: 'rollback', params: { revision: 4 } });
      return dryRunEqualsPreview.judge(someFacts({ on: live, action, by: rollback }), []).word;
    };
    expect(judge({ serviceAccountName: 'team' }, { serviceAccountName: 'team' })).toBe('allow');
    expect(judge({}, { serviceAccountName: 'default', priorityClassName: 'system-node-critical' })).toBe('allow');
    expect(judge({ serviceAccountName: 'team' }, {})).toBe('allow');
    expect(judge({}, { serviceAccountName: 'team' })).toBe('ask');
  });

  it('holds no LimitRange against a request that is large enough', () => {
    expect(word({ limitRanges: range([{ type: 'Container', min: { cpu: '100m' } }]) }).word).toBe('allow');
    expect(word({ limitRanges: range([{ type: 'Container', min: { cpu: '101m' } }]) }).word).toBe('deny');
  });

  it('checks no template where none changes', () => {
    const limitRanges = range([{ type: 'Container', max: { memory: '1Mi' } }]);
    expect(dryRunEqualsPreview.judge(someFacts({ limitRanges }), []).word).toBe('allow');
  });
});

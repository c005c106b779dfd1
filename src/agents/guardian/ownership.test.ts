import { describe, expect, it } from 'vitest';
import { rollback } from '../../actions/rollback.ts';
import { restart } from '../../actions/restart.ts';
import type { JsonObject } from '../../model/json.ts';
import { known, missing, type Owners } from './facts.ts';
import { ownership } from './ownership.ts';
import { runRules } from './rule-run.ts';
import { aLive, anAction, someFacts } from './testing/facts.ts';

const nobody: Owners = { live: [], detector: [], former: [], unknown: [] };
const owner = (manager: string, operation: 'Apply' | 'Update', subresource = '') => ({
  path: '/spec/replicas',
  manager,
  operation,
  subresource,
});
const wordFor = (owners: Partial<Owners>, metadata: JsonObject = {}) =>
  ownership.judge(someFacts({ on: aLive({ metadata }), owners: known({ ...nobody, ...owners }) }), []);
const createdBy = (manager: string): JsonObject => ({
  managedFields: [{ manager, operation: 'Update', fieldsV1: { 'f:spec': { 'f:selector': {} } } }],
});

describe('G10 and autoscalers', () => {
  const hpa = (name: string, more: object = {}) => ({
    metadata: { name, namespace: 'shop', ...more },
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'checkout' }, minReplicas: 2, maxReplicas: 6 },
  });

  it('refuses to scale a Deployment that an HPA owns, and names the change to make there', () => {
    expect(ownership.judge(someFacts({ autoscalers: known([hpa('checkout')]) }), [])).toEqual({
      word: 'deny',
      reason:
        'HPA checkout owns the replicas of shop/deploy/checkout (2 to 6): change minReplicas or maxReplicas of hpa/checkout instead',
    });
  });

  it('names KEDA behind an HPA', () => {
    const owned = hpa('keda-hpa', { ownerReferences: [{ kind: 'ScaledObject', name: 'checkout-load' }] });
    expect(ownership.judge(someFacts({ autoscalers: known([owned]) }), []).reason).toContain(
      'KEDA ScaledObject checkout-load owns',
    );
  });

  it('leaves an HPA of another workload and another field alone', () => {
    const other = { ...hpa('other'), spec: { scaleTargetRef: { kind: 'Deployment', name: 'cart' } } };
    expect(ownership.judge(someFacts({ autoscalers: known([other]) }), []).word).toBe('allow');
    const action = anAction({ action: 'restart', params: {} });
    expect(ownership.judge(someFacts({ action, by: restart, autoscalers: known([hpa('checkout')]) }), []).word).toBe(
      'allow',
    );
  });

  it('denies when autoscalers or owners could not be read', () => {
    const words = [
      someFacts({ autoscalers: missing('HorizontalPodAutoscalers of shop may not be read') }),
      someFacts({ owners: missing('owners could not be asked') }),
    ].map((facts) => runRules(facts, [ownership])[0]?.word);
    expect(words).toEqual(['deny', 'deny']);
  });
});

describe('G10 and owners of the whole object', () => {
  it('refuses what a controller of another kind made', () => {
    const ownerReferences = [{ apiVersion: 'db.example/v1', kind: 'Postgres', name: 'main', controller: true }];
    expect(wordFor({}, { ownerReferences }).reason).toBe(
      'Postgres main (db.example/v1) controls it and would set it back: make the change there',
    );
    expect(wordFor({}, { ownerReferences: [{ kind: 'App', name: 'x', controller: false }] }).word).toBe('allow');
  });

  it.each([
    [
      { annotations: { 'argocd.argoproj.io/tracking-id': 'store:apps/Deployment:shop/checkout' } },
      'Argo CD application store',
    ],
    [{ labels: { 'argocd.argoproj.io/instance': 'store' } }, 'Argo CD application store'],
    [{ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }, 'Flux Kustomization apps'],
    [{ labels: { 'helm.toolkit.fluxcd.io/name': 'apps' } }, 'Flux HelmRelease apps'],
    [{ annotations: { 'meta.helm.sh/release-name': 'store' } }, 'Helm release store'],
    [{ labels: { 'app.kubernetes.io/managed-by': 'Helm' } }, 'Helm release of unknown name'],
  ])('refuses %j by the name of %s', (metadata, name) => {
    expect(wordFor({}, metadata)).toMatchObject({ word: 'deny' });
    expect(wordFor({}, metadata).reason).toContain(name);
  });

  it('names last-applied, and does not refuse for it', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    expect(wordFor({}, { annotations })).toMatchObject({ word: 'allow' });
    expect(wordFor({}, { annotations }).reason).toContain('somebody applies it by kubectl');
  });
});

describe('G10 and owners of the field', () => {
  it('refuses a field that another manager applies', () => {
    expect(wordFor({ live: [owner('helm', 'Apply')] })).toEqual({
      word: 'deny',
      reason: 'helm applies /spec/replicas: make the change there',
    });
  });

  it.each(['kubectl', 'kubectl-client-side-apply', 'kubectl-edit', 'kubectl-set'])(
    'names %s as a former edit',
    (name) => {
      expect(wordFor({ live: [owner(name, 'Update')] })).toMatchObject({ word: 'allow' });
      expect(wordFor({ live: [owner(name, 'Update')] }).reason).toContain(`was set by ${name}`);
      expect(wordFor({ live: [owner(name, 'Update', 'scale')] }).word).toBe('allow');
    },
  );

  it('allows kubectl apply on the server side', () => {
    expect(wordFor({ live: [owner('kubectl', 'Apply')] }).word).toBe('allow');
  });

  it('does not take a name that only begins like kubectl for a person', () => {
    expect(wordFor({ live: [owner('kubectlish', 'Update')] }).word).toBe('deny');
  });

  it('refuses what a controller sets through scale', () => {
    expect(wordFor({ live: [owner('kube-controller-manager', 'Update', 'scale')] }).reason).toBe(
      'kube-controller-manager sets /spec/replicas through scale: make the change there',
    );
  });

  it('names the client that created the object, and refuses any other', () => {
    const live = [owner('deployer', 'Update')];
    expect(wordFor({ live }, createdBy('deployer')).word).toBe('allow');
    expect(wordFor({ live }, createdBy('someone-else')).word).toBe('deny');
    expect(wordFor({ live: [owner('deployer', 'Apply')] }, createdBy('deployer')).word).toBe('deny');
  });

  it('refuses an owner that only the server knows', () => {
    const detector = [{ field: '.spec.replicas', manager: 'operator' }];
    expect(wordFor({ detector }).reason).toBe(
      'the server names operator as owner of .spec.replicas: make the change there',
    );
    expect(wordFor({ detector: [{ field: '.spec.replicas', manager: 'kubectl-scale' }] }).word).toBe('allow');
  });

  it('goes on without the server where it cannot say', () => {
    expect(wordFor({ detector: null })).toEqual({
      word: 'allow',
      reason: 'no other owner holds what changes by managedFields',
    });
  });

  it('remembers the owner before our first write', () => {
    expect(wordFor({ former: [owner('kube-controller-manager', 'Update', 'scale')] }).word).toBe('deny');
    expect(wordFor({ former: [owner('kubectl', 'Update')] }).word).toBe('allow');
  });

  it('asks where nobody can tell who held it before us', () => {
    expect(wordFor({ unknown: ['/spec/replicas'] })).toMatchObject({ word: 'ask', people: 1 });
  });

  it('asks nobody for that when it is only taken back', () => {
    const cover = { action: 'a', permit: 'p', verdict: null, people: [], requestedBy: null };
    const facts = someFacts({ cover, owners: known({ ...nobody, unknown: ['/spec/replicas'] }) });
    expect(ownership.judge(facts, []).word).toBe('allow');
  });
});

describe('G10 and a rollback', () => {
  it('cannot be judged where there is no change', () => {
    const action = anAction({ action: 'rollback', params: { revision: 9 } });
    expect(runRules(someFacts({ action, by: rollback }), [ownership])[0]?.reason).toContain(
      'there is no change to judge',
    );
  });
});

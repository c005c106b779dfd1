import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modes, type Mode } from '../../model/mode.ts';
import { capsOf, doubts, effectiveMode, type ModeScope, type ModeSources } from './effective-mode.ts';

const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const annotation = 'nemotron-advisor.dev/mode';
const modeOf = (sources: Partial<ModeSources> = {}, scope: Partial<ModeScope> = {}) =>
  effectiveMode(
    { configured: { mode: 'auto', source: '--mode' }, modes: new Map(), caps: [], ...sources },
    { target, namespaceAnnotations: {}, annotations: {}, ...scope },
  );

describe('the effective mode', () => {
  it('is the configured one when nothing lowers it', () => {
    expect(modeOf()).toEqual({ mode: 'auto', because: '--mode' });
  });

  it('is lowered by a namespace and further by a workload', () => {
    const namespaceAnnotations = { [annotation]: 'approve' };
    expect(modeOf({}, { namespaceAnnotations })).toEqual({ mode: 'approve', because: 'namespace annotation' });
    expect(modeOf({}, { namespaceAnnotations, annotations: { [annotation]: 'observe' } })).toEqual({
      mode: 'observe',
      because: 'workload annotation',
    });
  });

  it('is never raised by an annotation', () => {
    const configured = { mode: 'suggest', source: 'default' } as const;
    expect(modeOf({ configured }, { annotations: { [annotation]: 'auto' } }).mode).toBe('suggest');
  });

  it('takes the narrowest scope that people set, whether higher or lower than a wider one', () => {
    const set = (...pairs: readonly (readonly [string, Mode])[]) => modeOf({ modes: new Map(pairs) });
    expect(set(['', 'observe'], ['shop', 'approve'])).toEqual({
      mode: 'approve',
      because: 'mode set for namespace shop',
    });
    expect(set(['shop', 'observe'], ['shop/Deployment/checkout', 'auto']).mode).toBe('auto');
    expect(set(['', 'suggest'])).toEqual({ mode: 'suggest', because: 'mode set for the cluster' });
    expect(set(['pay', 'observe']).mode).toBe('auto');
  });

  it.each(['Auto', 'automatic', '', ' auto', 'true'])(
    'takes the malformed annotation %j for suggest and says so',
    (value) => {
      const said = modeOf({}, { annotations: { [annotation]: value } });
      expect(said.mode).toBe('suggest');
      expect(said.because).toContain(`${annotation} of shop/deploy/checkout is ${JSON.stringify(value)}`);
    },
  );

  it('takes a value that is no text for suggest', () => {
    expect(modeOf({}, { annotations: { [annotation]: 3 } }).mode).toBe('suggest');
  });

  it('is suggest where annotations could not be read', () => {
    expect(modeOf({}, { namespaceAnnotations: null }).mode).toBe('suggest');
    expect(modeOf({}, { annotations: null }).because).toContain('could not be read');
  });

  it.each(['kube-system', 'kube-node-lease', 'openshift-monitoring', 'cert-manager', ''])(
    'ends at suggest in %j',
    (namespace) => {
      expect(modeOf({}, { target: { ...target, namespace } })).toEqual({
        mode: 'suggest',
        because: 'system namespace',
      });
    },
  );

  it('lets people name a workload of a system namespace, one by one', () => {
    const dns = { kind: 'Deployment', namespace: 'kube-system', name: 'coredns' };
    const named = new Map<string, Mode>([['kube-system/Deployment/coredns', 'approve']]);
    expect(modeOf({ modes: named }, { target: dns }).mode).toBe('approve');
    expect(modeOf({ modes: new Map([['kube-system', 'auto']]) }, { target: dns }).mode).toBe('suggest');
    expect(modeOf({ modes: named }, { target: { ...dns, name: 'metrics-server' } }).mode).toBe('suggest');
  });

  it('is never higher than any single word on it', () => {
    const mode = fc.constantFrom(...modes);
    fc.assert(
      fc.property(mode, mode, mode, mode, (configured, inJournal, namespace, workload) => {
        const { mode: found } = modeOf(
          { configured: { mode: configured, source: 'x' }, modes: new Map([['shop', inJournal]]) },
          { namespaceAnnotations: { [annotation]: namespace }, annotations: { [annotation]: workload } },
        );
        const lowest = Math.min(...[configured, inJournal, namespace, workload].map((one) => modes.indexOf(one)));
        expect(modes.indexOf(found)).toBe(lowest);
      }),
    );
  });
});

describe('caps of the process', () => {
  const process = { advisorNamespace: 'nemotron-advisor', hasNamespace: true, hasLease: true, policyProblem: null };

  it('are none when all is there', () => {
    expect(capsOf(process)).toEqual([]);
  });

  it('end at suggest without the namespace, with the command, and without the lease', () => {
    expect(capsOf({ ...process, hasNamespace: false })[0]).toEqual({
      mode: 'suggest',
      because: 'the namespace nemotron-advisor does not exist: kubectl create namespace nemotron-advisor',
    });
    expect(capsOf({ ...process, hasLease: false })).toEqual([{ mode: 'suggest', because: 'the lease is not held' }]);
  });

  it('end at approve while the policy is broken', () => {
    const caps = capsOf({ ...process, policyProblem: 'web.yaml:2: not YAML' });
    expect(modeOf({ caps })).toEqual({ mode: 'approve', because: 'the policy is broken: web.yaml:2: not YAML' });
  });
});

describe('doubt about the cause', () => {
  const rules = { code: 'WL-001', title: 'memory limit too low' };
  const model = { code: 'WL-017', title: 'bad rollout' };

  it('makes a plan ask that would run by itself, and says who names what', () => {
    const caps = doubts({ reasoning: { agreement: 'differ', rules, model, confidence: 0.3 } });
    expect(modeOf({ caps })).toEqual({ mode: 'approve', because: 'the model names WL-017, the rules name WL-001' });
  });

  it('is as much when the model chose nothing', () => {
    const caps = doubts({ reasoning: { agreement: 'differ', rules, confidence: 0.4 } });
    expect(modeOf({ caps }).because).toBe('the model chose no action, the rules name WL-001');
  });

  it('raises no mode, and leaves a person who is asked anyway the choice', () => {
    const caps = doubts({ reasoning: { agreement: 'differ', rules, model, confidence: 0.3 } });
    const at = (mode: Mode) => modeOf({ caps, configured: { mode, source: '--mode' } }).mode;
    expect(modes.map(at)).toEqual(['observe', 'suggest', 'approve', 'approve']);
  });

  it.each(['agree', 'rules alone'] as const)('is none when they %s', (agreement) => {
    expect(doubts({ reasoning: { agreement, rules, confidence: 0.9 } })).toEqual([]);
    expect(doubts({})).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { PodTemplate } from '../../model/kube.ts';
import { keyOf } from '../../model/target.ts';
import { aBook, aContext, aFact } from '../testing/signs.ts';
import {
  aNode,
  anEvent,
  aPod,
  aRevision,
  at,
  atMs,
  aTemplate,
  aView,
  aWorkload,
  deployment,
  type Parts,
} from '../testing/view.ts';
import { memoryLeak } from './memory-leak.ts';
import { oomKilled } from './oom-killed.ts';

const checkout = deployment('checkout');

function template(limit: string | undefined, image = 'checkout:1.9.0'): PodTemplate {
  return aTemplate({
    containers: [
      {
        name: 'app',
        image,
        resources: limit === undefined ? {} : { limits: { memory: limit }, requests: { memory: '128Mi' } },
      },
    ],
  });
}

const killed = {
  name: 'app',
  restartCount: 3,
  lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: at(1) } },
};

function world(more: Partial<Parts> & { readonly limit?: string | undefined } = {}): ReturnType<typeof aView> {
  const spec = template('limit' in more ? more.limit : '256Mi');
  return aView({
    workloads: [aWorkload(checkout, spec)],
    pods: ['a', 'b'].map((name) => aPod(checkout, `checkout-${name}`, { node: 'n1', statuses: [killed] })),
    nodes: [aNode('n1')],
    revisions: new Map([[keyOf(checkout), [aRevision(1, spec, { current: true, createdAtMs: atMs(4_000) })]]]),
    ...more,
  });
}

const findings = [aFact('oom-killed', checkout, { container: 'app' })];

describe('WL-001 oom_killed', () => {
  it('proves a limit of its own that is too low and raises it by half with the request in proportion', () => {
    const found = oomKilled.diagnose(aContext(checkout, world(), { findings }));
    expect(found?.strength).toBe('strong');
    expect(found?.remedies).toHaveLength(1);
    expect(found?.remedies[0]).toMatchObject({
      action: 'set-resources',
      target: checkout,
      params: { container: 'app', limits: { memory: '384Mi' }, requests: { memory: '192Mi' } },
    });
    expect(found?.for.map((one) => one.source)).toContain(
      'shop/deploy/checkout spec.template.spec.containers[app].resources.limits.memory',
    );
  });

  it('rolls back when the limit was lowered by a rollout of the last 24 h', () => {
    const view = world({
      revisions: new Map([
        [
          keyOf(checkout),
          [aRevision(1, template('512Mi')), aRevision(2, template('256Mi'), { current: true, createdAtMs: atMs(20) })],
        ],
      ]),
    });
    const found = oomKilled.diagnose(aContext(checkout, view, { findings }));
    expect(found?.remedies).toMatchObject([{ action: 'rollback', params: { revision: 1 } }]);
  });

  it('raises the limit when the last change is older than a day', () => {
    const view = world({
      revisions: new Map([
        [
          keyOf(checkout),
          [
            aRevision(1, template('512Mi')),
            aRevision(2, template('256Mi'), { current: true, createdAtMs: atMs(25 * 60) }),
          ],
        ],
      ]),
    });
    const found = oomKilled.diagnose(aContext(checkout, view, { findings }));
    expect(found?.remedies[0]?.action).toBe('set-resources');
  });

  it('is ruled out when the node itself ran out of memory', () => {
    const systemKill = anEvent(
      { kind: 'Node', namespace: '', name: 'n1' },
      'SystemOOM',
      'System OOM encountered, victim process: app, pid: 12',
    );
    const found = oomKilled.diagnose(aContext(checkout, world({ events: [systemKill] }), { findings }));
    expect(found?.strength).toBe('ruled out');
    expect(found?.against.map((one) => one.sentence)).toContain('node n1 ran out of memory itself (SystemOOM)');
  });

  it('is ruled out without a limit, and never proposes one', () => {
    const found = oomKilled.diagnose(aContext(checkout, world({ limit: undefined }), { findings }));
    expect(found).toMatchObject({ strength: 'ruled out', remedies: [] });
  });

  it('is only likely while the events of the node cannot be read', () => {
    const found = oomKilled.diagnose(aContext(checkout, world({ without: ['Event'] }), { findings }));
    expect(found?.strength).toBe('fair');
    expect(found?.settle).toEqual(['events of the node at the time of the kill']);
  });

  it('says nothing of a kill that is long over', () => {
    const old = { ...killed, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: at(600) } } };
    const view = world({ pods: [aPod(checkout, 'checkout-a', { statuses: [old] })] });
    expect(oomKilled.diagnose(aContext(checkout, view))).toBeNull();
  });

  it('yields to a leak: steady growth at flat load rules it out', () => {
    const recent = Array.from({ length: 40 }, (_, index) => ({
      atMs: atMs(40 - index),
      value: 0.5 + index * 0.01,
    }));
    const context = aContext(checkout, world(), {
      findings,
      book: aBook({ 'memory.share@checkout': { recent, peak: 0.9 } }),
    });
    expect(oomKilled.diagnose(context)?.strength).toBe('ruled out');
    expect(memoryLeak.diagnose(context)).toMatchObject({ strength: 'strong', remedies: [] });
  });
});

describe('WL-002 memory_leak as a confuser', () => {
  it('stays weak without a history of memory', () => {
    expect(memoryLeak.diagnose(aContext(checkout, world(), { findings }))?.strength).toBe('weak');
  });

  it('is not held while memory is flat', () => {
    const recent = Array.from({ length: 40 }, (_, index) => ({ atMs: atMs(40 - index), value: 0.7 }));
    const book = aBook({ 'memory.share@checkout': { recent } });
    expect(memoryLeak.diagnose(aContext(checkout, world(), { findings, book }))?.score).toBeLessThan(0.5);
  });
});

import { describe, expect, it } from 'vitest';
import { anOpening, eventsOf, repaired } from '../../../test/builders/events.ts';
import { steppedClock } from '../../clock.ts';
import { aBook, aSignal } from '../../diagnosis/testing/signs.ts';
import {
  aCall,
  aNode,
  aPod,
  aRevision,
  aTemplate,
  aView,
  aWorkload,
  anEvent,
  deployment,
  nowMs,
} from '../../diagnosis/testing/view.ts';
import { foldAll } from '../../folds/fold.ts';
import type { Incident } from '../../folds/state.ts';
import { investigate, mostReads, mostRounds, offered, refusalOf } from './investigate.ts';
import { within } from './reach.ts';
import type { ReadRequest } from './offer.ts';
import type { Sight } from './tool.ts';

const web = deployment('web');
const cart = deployment('cart');
const ledger = deployment('ledger', 'pay');
const template = aTemplate({
  containers: [
    {
      name: 'app',
      image: 'shop/web:2',
      resources: { limits: { memory: '256Mi' } },
      env: [{ name: 'DB_PASSWORD', value: 'hunter2' }],
    },
  ],
});
const view = aView({
  workloads: [aWorkload(web, template), aWorkload(cart, template), aWorkload(ledger, template)],
  pods: [aPod(web, 'web-1', { node: 'n1', ready: false }), aPod(web, 'web-2', { node: 'n1' }), aPod(cart, 'cart-1')],
  nodes: [aNode('n1')],
  calls: [aCall(cart, web)],
  events: [anEvent(web, 'ScalingReplicaSet', 'Scaled up\nreplica set web-7 to 3', 2)],
  revisions: new Map([
    [
      'shop/Deployment/web',
      [
        aRevision(1, aTemplate({ containers: [{ name: 'app', image: 'shop/web:1' }] })),
        aRevision(2, template, { current: true }),
      ],
    ],
  ]),
});

function incident(): Incident {
  const found = foldAll(eventsOf([anOpening({ root: web })])).incidents.get('inc-1');
  if (found === undefined) throw new Error('no incident');
  return found;
}

function sight(more: Partial<Sight> = {}): Sight {
  return {
    incident: incident(),
    root: web,
    view,
    signals: aBook(),
    findings: [],
    state: foldAll([]),
    reader: { tail: () => Promise.resolve(null) },
    nowMs,
    ...more,
  };
}
const read = async (tool: string, args: ReadRequest['args'] = {}, more: Partial<Sight> = {}) =>
  (await investigate([{ tool, args }], sight(more), steppedClock(0))).facts;
const sentences = async (tool: string, args: ReadRequest['args'] = {}, more: Partial<Sight> = {}) =>
  (await read(tool, args, more)).map((one) => one.sentence);

describe('tools of the investigation', () => {
  it('tell events as reported facts on one line', async () => {
    const [fact] = await read('events');
    expect(fact).toMatchObject({ trust: 'reported', sentence: 'ScalingReplicaSet: Scaled up replica set web-7 to 3' });
  });

  it('tell state with names of environment variables and never their values', async () => {
    const told = (await sentences('object')).join(' ');
    expect(told).toContain('asks for 3 replicas, 1 of 2 pods are ready');
    expect(told).toContain('limits memory 256Mi; environment DB_PASSWORD');
    expect(told).not.toContain('hunter2');
  });

  it('tell a pod and a node', async () => {
    expect(await sentences('object', { of: 'shop/pod/web-1' })).toEqual([
      'pod web-1 is Running on node n1: app not ready, 0 restarts',
    ]);
    expect((await sentences('object', { of: 'node/n1' }))[0]).toMatch(/^node n1: /);
  });

  it('tell the newest revisions with images', async () => {
    const told = await sentences('rollout_history');
    expect(told[0]).toContain('revision 1: shop/web:1');
    expect(told[1]).toContain('revision 2, the current one: shop/web:2');
  });

  it('tell callers with what is wrong with them', async () => {
    const findings = [aSignal('sli.err', cart, { sentence: 'errors 20 %, usual 0 %' })];
    expect(await sentences('neighbours', {}, { findings })).toEqual([
      'shop/deploy/cart calls shop/deploy/web; 1 of 1 pods ready, errors 20 %, usual 0 %',
    ]);
  });

  it('tell what helped before, from closed incidents alone', async () => {
    const state = foldAll(eventsOf(repaired));
    const checkout = deployment('checkout');
    const told = await sentences(
      'similar_incidents',
      {},
      {
        state,
        root: checkout,
        incident: { ...incident(), id: 'inc-9', root: checkout },
      },
    );
    expect(told).toEqual(['inc-1 on shop/deploy/checkout, WL-001: set-resources was effective']);
  });

  it('tell log lines as untrusted, and mark an order', async () => {
    const reader = { tail: () => Promise.resolve(['ok\u0007', 'kubectl delete ns pay']) };
    const facts = await read('logs', {}, { reader });
    expect(facts.map((one) => [one.trust, one.sentence, one.ignoredInstruction])).toEqual([
      ['untrusted', 'its log says: "ok"', undefined],
      ['untrusted', 'its log says: "kubectl delete ns pay"', true],
    ]);
  });

  it('say that nothing is known, or that a read failed, as a fact', async () => {
    const broken = { tail: () => Promise.reject(new Error('secret detail')) };
    expect(await sentences('events', { of: 'node/n1' })).toEqual(['events of node/n1: nothing is known']);
    expect(await sentences('logs', {}, { reader: broken })).toEqual(['logs of shop/deploy/web could not be read']);
  });
});

describe('what may be asked', () => {
  const reach = within(web, view);
  const none = { rounds: 0, reads: 0 };

  it('is about the root, its callers and callees, its pods and their nodes', () => {
    expect([...reach.keys()]).toEqual([
      'shop/deploy/web',
      'shop/deploy/cart',
      'shop/pod/web-1',
      'shop/pod/web-2',
      'node/n1',
    ]);
  });

  it.each([
    ['a tool that does not exist', [{ tool: 'exec', args: {} }], /there is no tool/],
    [
      'another workload',
      [{ tool: 'events', args: { of: 'pay/deploy/ledger' } }],
      /may be asked about shop\/deploy\/web/,
    ],
    ['odd arguments', [{ tool: 'metric_history', args: { signal: 'rm -rf' } }], /arguments of metric_history/],
    ['arguments that are not known', [{ tool: 'events', args: { namespace: 'pay' } }], /arguments of events/],
    ['logs where they may not be read', [{ tool: 'logs', args: {} }], /there is no tool/],
  ])('is not %s', (_what, requests, why) => {
    expect(refusalOf(requests, offered(none, reach, false))).toMatch(why);
  });

  it('is anything offered, about anything in reach', () => {
    const requests = [
      { tool: 'events', args: { of: 'node/n1' } },
      { tool: 'metric_history', args: { signal: 'sli.err' } },
    ];
    expect(refusalOf(requests, offered(none, reach, false))).toBeNull();
  });

  it('ends with the rounds and with the reads', () => {
    const one = [{ tool: 'events', args: {} }];
    expect(refusalOf(one, offered({ rounds: mostRounds, reads: 1 }, reach, true))).toMatch(/nothing more/);
    expect(refusalOf(one, offered({ rounds: 1, reads: mostReads }, reach, true))).toMatch(/nothing more/);
    expect(refusalOf([...one, ...one], offered({ rounds: 1, reads: mostReads - 1 }, reach, true))).toMatch(
      /at most 1 more/,
    );
    expect(offered({ rounds: mostRounds, reads: 0 }, reach, true)).toEqual({ tools: [], objects: [], left: 0 });
  });

  it('offers logs only where they may be read', () => {
    expect(offered(none, reach, false).tools.map((one) => one.name)).not.toContain('logs');
    expect(offered(none, reach, true).tools.map((one) => one.name)).toContain('logs');
  });
});

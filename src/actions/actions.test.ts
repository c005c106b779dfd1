import { describe, expect, it } from 'vitest';
import { actionNames } from '../model/action.ts';
import { signalIds } from '../model/signal.ts';
import { actions, actionsByName } from './actions.ts';

describe('the catalogue', () => {
  it('holds each action of the model once, in its order', () => {
    expect(actions.map((one) => one.name)).toEqual([...actionNames]);
    expect([...actionsByName.keys()]).toEqual([...actionNames]);
  });

  it.each(actions)('$name says what it is, where it works, what guards it and which right it needs', (action) => {
    expect(action.title).toMatch(/^[a-z]/);
    expect(action.targetKinds).toContain('Deployment');
    expect(signalIds).toEqual(expect.arrayContaining([...action.guards]));
    expect(action.guards).toEqual([
      'sli.err',
      'sli.latency',
      'restarts',
      'ready',
      'sli.rps',
      'cpu.throttling',
      'memory.share',
    ]);
    expect(action.rbac).toHaveLength(action.targetKinds.length);
  });

  it.each(actions)('$name takes nothing for a target that does not say its kind', (action) => {
    expect(action.preview({ object: {}, revisions: [], pods: [] }, {})).toHaveProperty('refused');
  });

  it.each([
    ['scale', { replicas: 6 }],
    ['restart', {}],
    ['rollback', { revision: 4 }],
    ['set-resources', { container: 'app', limits: { memory: '384Mi' } }],
    ['set-resources', { container: 'app', limits: { memory: '384Mi' }, requests: { memory: '192Mi' } }],
    ['patch-probe', { container: 'app', probe: 'liveness', port: 8080 }],
    ['patch-probe', { container: 'app', probe: 'liveness', port: 'http' }],
  ] as const)('%s takes what the diagnosis offers: %j', (name, params) => {
    expect(actionsByName.get(name)?.params.parse(params)).toEqual(params);
  });
});

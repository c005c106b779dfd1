import { normalize } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logPath, nameOfStep, ownerOfSeries, pathStep, seriesPath } from './places.ts';

describe('places in a snapshot folder', () => {
  it('leaves a plain name as it is', () => {
    expect(pathStep('cart-7d9f6c.v1')).toBe('cart-7d9f6c.v1');
  });

  it('never lead out of the folder, and give the name back', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('..', '.', '/', '../x', 'a/../..', '%', '\\', '_')),
        (name) => {
          const step = pathStep(name);
          expect(step).not.toMatch(/[/\\\0]/);
          expect(normalize(`root/${step}/x`)).toBe(`root/${step}/x`);
          expect(nameOfStep(step)).toBe(name);
        },
      ),
    );
  });

  it('tell the former instance of a container from the present one', () => {
    const of = { namespace: 'shop', pod: 'cart-1', container: 'app' };

    expect(logPath({ ...of, previous: false })).toEqual(['logs', 'shop', 'cart-1', 'app.log']);
    expect(logPath({ ...of, previous: true })).toEqual(['logs', 'shop', 'cart-1', 'app.previous.log']);
  });

  it('keep the series of a node under no namespace', () => {
    const of = { kind: 'Node', namespace: '', name: 'worker-1' };

    expect(seriesPath({ signal: 'node.cpu', of })).toEqual(['metrics', '_', 'node', 'worker-1', 'node.cpu.csv']);
    expect(ownerOfSeries('_', 'node', 'worker-1')).toEqual(of);
  });

  it('keep the series of one pod of a workload under the pod', () => {
    const of = { kind: 'Deployment', namespace: 'shop', name: 'cart' };

    expect(seriesPath({ signal: 'cpu.usage', of, pod: 'cart-1' }).slice(1, 4)).toEqual(['shop', 'pod', 'cart-1']);
    expect(seriesPath({ signal: 'cpu.usage', of }).slice(1, 4)).toEqual(['shop', 'deployment', 'cart']);
  });

  it('know no owner of a kind that has no series', () => {
    expect(ownerOfSeries('shop', 'gizmo', 'x')).toBeNull();
  });
});

import * as fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { steppedClock, type SteppedClock } from '../clock.ts';
import { createWatchHealth, reaches, type WatchHealth } from './watch-health.ts';

describe('the health of watches', () => {
  let wall: SteppedClock;
  let health: WatchHealth;
  const { signal } = new AbortController();
  beforeEach(() => {
    wall = steppedClock(0);
    health = createWatchHealth(wall);
  });

  it('is as old as the slowest watch', () => {
    const pods = health.add('Pod', '');
    health.add('Node', '');
    wall.advance(60_000);
    pods.alive('5');
    wall.advance(1_000);

    expect(health.lagMs()).toBe(61_000);
  });

  it('does not wait for a watch that was refused', async () => {
    health.add('Pod', '').alive('9');
    health.add('Node', '').refused('no right');
    wall.advance(1_000);

    await health.caughtUpWith('9', signal);

    expect(health.lagMs()).toBe(1_000);
    expect(health.brokenKinds()).toEqual([]);
    expect(health.refused()).toEqual([{ kind: 'Node', namespace: '', reason: 'no right' }]);
  });

  it('calls a kind broken from a failure to the next sign of life', () => {
    const pods = health.add('Pod', '');
    pods.broken('lost');
    const whileBroken = health.brokenKinds();

    pods.alive('5');

    expect(whileBroken).toEqual(['Pod']);
    expect(health.brokenKinds()).toEqual([]);
  });

  it('calls a kind complete when it was read in every namespace', () => {
    const here = health.add('Pod', 'a');
    const there = health.add('Pod', 'b');
    here.replaced();
    const half = health.completeKinds();

    there.replaced();

    expect(half.size).toBe(0);
    expect([...health.completeKinds()]).toEqual(['Pod']);
  });

  it('calls a kind that was taken away no longer complete', () => {
    const pods = health.add('Pod', '');
    pods.replaced();

    pods.refused('no right');

    expect(health.completeKinds().size).toBe(0);
  });

  it('waits for every watch to see a version', async () => {
    const pods = health.add('Pod', '');
    const nodes = health.add('Node', '');
    const order: string[] = [];
    const waiting = health.caughtUpWith('10', signal).then(() => order.push('caught up'));
    pods.alive('11');
    nodes.alive('9');
    order.push('nodes at 9');
    nodes.alive('10');

    await waiting;

    expect(order).toEqual(['nodes at 9', 'caught up']);
  });

  it('ends the wait when the waiter gives up', async () => {
    health.add('Pod', '');
    const end = new AbortController();
    const waiting = health.caughtUpWith('10', end.signal);

    end.abort(new Error('enough'));

    await expect(waiting).rejects.toThrow('enough');
  });

  it('is settled when each was read, refused, or has failed three times', async () => {
    const pods = health.add('Pod', '');
    pods.replaced();
    pods.alive('5');
    health.add('Node', '').refused('no right');
    const events = health.add('Event', '');
    for (let count = 0; count < 3; count += 1) events.broken('503');

    expect(await health.settled(signal)).toEqual({ unreadable: null });
  });

  it('says why nothing could be read', async () => {
    health.add('Pod', '').refused('no right to list pods');
    health.add('Node', '').refused('no right to list nodes');

    expect(await health.settled(signal)).toEqual({ unreadable: 'no right to list pods' });
  });

  it('counts what could not be read of each kind', () => {
    const pods = health.add('Pod', '');
    pods.skipped();
    pods.skipped();

    expect([...health.skipped()]).toEqual([['Pod', 2]]);
  });

  it('compares versions as numbers of any length', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 80n }), fc.bigInt({ min: 1n, max: 2n ** 80n }), (seen, wanted) => {
        expect(reaches(String(seen), String(wanted))).toBe(seen >= wanted);
      }),
    );
  });
});

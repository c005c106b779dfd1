import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { WorkQueue } from './queue.ts';

const drained = (queue: WorkQueue): string[] => {
  const keys: string[] = [];
  for (let key = queue.next(); key !== undefined; key = queue.next()) keys.push(key);
  return keys;
};

describe('the work queue', () => {
  it('gives out each key once, in order of arrival', () => {
    const queue = new WorkQueue(steppedClock(0));
    for (const key of ['a', 'b', 'a', 'c']) queue.add(key);
    expect(drained(queue)).toEqual(['a', 'b', 'c']);
  });

  it('adds later by the clock, at the earliest of the moments asked for', () => {
    const clock = steppedClock(0);
    const queue = new WorkQueue(clock);
    queue.addAfter('a', 1_000);
    queue.addAfter('a', 500);
    queue.addAfter('a', 2_000);
    clock.advance(499);
    expect(drained(queue)).toEqual([]);
    clock.advance(1);
    expect(drained(queue)).toEqual(['a']);
    clock.advance(5_000);
    expect(drained(queue)).toEqual([]);
  });

  it('tells of work when it comes, and at once of work that waits', () => {
    const queue = new WorkQueue(steppedClock(0));
    queue.add('a');
    let told = 0;
    queue.onWork(() => {
      told += 1;
    });
    queue.add('b');
    expect(told).toBe(2);
  });

  it('forgets everything when it is closed', () => {
    const clock = steppedClock(0);
    const queue = new WorkQueue(clock);
    queue.add('a');
    queue.addAfter('b', 10);
    queue.close();
    clock.advance(10);
    expect([drained(queue), clock.pending()]).toEqual([[], 0]);
  });
});

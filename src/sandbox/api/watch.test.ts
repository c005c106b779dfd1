import { describe, expect, it } from 'vitest';
import { labelTest } from './selectors.ts';
import { type Change, Entry } from './store.ts';
import { seenAs } from './watch.ts';

const entry = (picked: boolean): Entry =>
  new Entry('ns', 'a', 1, { metadata: { labels: picked ? { in: 'yes' } : {} } });
const test = labelTest('in=yes');

describe('what a watcher sees of a change', () => {
  it.each<[Change['type'], boolean | null, boolean, Change['type'] | null]>([
    ['ADDED', null, true, 'ADDED'],
    ['ADDED', null, false, null],
    ['MODIFIED', true, true, 'MODIFIED'],
    ['MODIFIED', false, true, 'ADDED'],
    ['MODIFIED', true, false, 'DELETED'],
    ['MODIFIED', false, false, null],
    ['DELETED', true, true, 'DELETED'],
    ['DELETED', false, false, null],
  ])('%s, picked before: %s, picked now: %s', (type, before, now, seen) => {
    const change = { type, table: 't', entry: entry(now), before: before === null ? undefined : entry(before) };
    expect(seenAs(change, test)).toBe(seen);
  });

  it('is everything without a selector', () => {
    expect(seenAs({ type: 'DELETED', table: 't', entry: entry(false), before: entry(false) }, null)).toBe('DELETED');
  });
});

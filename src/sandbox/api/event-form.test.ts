import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coreEventCauses, coreEventOf, modernEvent, modernEventCauses } from './event-form.ts';
import type { Tree } from './tree.ts';

const stored = (more: Tree = {}): Tree => ({
  metadata: { name: 'a', namespace: 'shop' },
  involvedObject: { kind: 'Deployment', namespace: 'shop', name: 'web' },
  eventTime: '2026-06-09T14:00:00.000000Z',
  reportingComponent: 'advisor',
  reportingInstance: 'advisor-1',
  action: 'Scaled',
  reason: 'Act',
  type: 'Normal',
  message: 'scaled',
  ...more,
});
const fieldsOf = (more: Tree, before: Tree | null = null): (string | undefined)[] =>
  modernEventCauses(stored(more), before).map((cause) => cause.field);

describe('the two forms of an event', () => {
  it('come back the same from the other', () => {
    const note = fc.string({ maxLength: 5 });
    fc.assert(
      fc.property(note, note, fc.integer({ min: 1, max: 9 }), (message, reason, count) => {
        const core = stored({ message, reason, count, apiVersion: 'v1', kind: 'Event' });
        expect(coreEventOf(modernEvent(core))).toEqual(core);
      }),
    );
  });
});

describe('what is refused of an event', () => {
  it('is nothing of a complete one', () => {
    expect(fieldsOf({})).toEqual([]);
    expect(coreEventCauses(stored())).toEqual([]);
  });

  it.each<[Tree, string]>([
    [{ message: 'x'.repeat(1_025) }, 'message'],
    [{ action: '' }, 'action'],
    [{ reason: 'x'.repeat(129) }, 'reason'],
    [{ reportingInstance: '' }, 'reportingInstance'],
    [{ type: 'Notice' }, 'type'],
    [{ count: 1 }, 'count'],
    [{ source: { component: 'x' } }, 'source'],
    [{ involvedObject: { kind: 'Node', name: 'n' } }, 'involvedObject.namespace'],
  ])('%j', (more, field) => {
    expect(fieldsOf(more)).toEqual([field]);
  });

  it('is every change but those of series and metadata', () => {
    const before = stored();
    expect(fieldsOf({ message: 'other' }, before)).toEqual(['message']);
    expect(fieldsOf({ series: { count: 2, lastObservedTime: '2026-06-09T14:00:00.000000Z' } }, before)).toEqual([]);
    expect(fieldsOf({ series: { count: 1 } }, before)).toEqual(['series.count', 'series.lastObservedTime']);
    expect(fieldsOf({ metadata: { name: 'a', namespace: 'shop', annotations: { mark: 'p' } } }, before)).toEqual([]);
  });
});

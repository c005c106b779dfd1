import { describe, expect, it } from 'vitest';
import { event, eventTimeMs, isLive, isPodReady, pod, workload } from './kube.ts';

describe('objects with parts missing', () => {
  it('reads a pod and a workload without spec and status', () => {
    const bare = pod.parse({ metadata: { name: 'a', labels: null } });
    expect(isPodReady(bare)).toBe(false);
    expect(isLive(bare)).toBe(true);
    expect(workload.parse({ metadata: { name: 'w' } }).spec).toBeUndefined();
  });

  it('keeps only the fields that the product reads', () => {
    const read = pod.parse({
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'c', stdin: true }], dnsPolicy: 'Default' },
    });
    expect(read.spec).toEqual({ containers: [{ name: 'c' }] });
  });
});

describe('time of an event', () => {
  const base = { metadata: { name: 'e', creationTimestamp: '2026-01-01T00:00:00Z' }, involvedObject: {} };
  it('prefers the series, then the last, then the event time', () => {
    const full = {
      ...base,
      eventTime: '2026-01-01T00:00:01.000000Z',
      lastTimestamp: '2026-01-01T00:00:02Z',
      series: { lastObservedTime: '2026-01-01T00:00:03.000000Z' },
    };
    expect(eventTimeMs(event.parse(full))).toBe(Date.parse('2026-01-01T00:00:03Z'));
    expect(eventTimeMs(event.parse({ ...full, series: null }))).toBe(Date.parse('2026-01-01T00:00:02Z'));
    expect(eventTimeMs(event.parse({ ...full, series: null, lastTimestamp: null }))).toBe(
      Date.parse('2026-01-01T00:00:01Z'),
    );
    expect(eventTimeMs(event.parse(base))).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('says null for a time that cannot be read', () => {
    expect(
      eventTimeMs(event.parse({ metadata: { name: 'e', creationTimestamp: 'yesterday' }, involvedObject: {} })),
    ).toBeNull();
  });
});

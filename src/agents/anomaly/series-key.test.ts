import { describe, expect, it } from 'vitest';
import { seriesId, type SeriesKey } from '../../model/signal.ts';
import { seriesKeyOf } from './series-key.ts';

describe('the key of a series id', () => {
  it.each<SeriesKey>([
    { signal: 'cpu.usage', of: { kind: 'Deployment', namespace: 'shop', name: 'web' } },
    { signal: 'sli.latency', of: { kind: 'StatefulSet', namespace: 'shop', name: 'db' }, pod: 'db-0' },
    { signal: 'node.cpu', of: { kind: 'Node', namespace: '', name: 'n1.example' } },
  ])('is what the id was made of: $signal', (key) => {
    expect(seriesKeyOf(seriesId(key))).toEqual(key);
  });

  it.each([
    '',
    'cpu.usage',
    'cpu.usage@shop/web',
    'no.signal@shop/Deployment/web',
    'cpu.usage@shop/Deployment/web#a#b',
  ])('is none of "%s"', (id) => {
    expect(seriesKeyOf(id)).toBeNull();
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { watchEvent } from './watch-event.ts';

const object = { metadata: { name: 'a', resourceVersion: '7' } };

describe('a line of a watch', () => {
  it.each([
    ['ADDED', 'changed'],
    ['MODIFIED', 'changed'],
    ['DELETED', 'gone'],
  ])('%s says that an object is %s', (type, expected) => {
    expect(watchEvent(JSON.stringify({ type, object }))).toEqual({ type: expected, object, version: '7' });
  });

  it('tells the end of initial events from a mere bookmark', () => {
    const bookmark = (annotations: unknown): string =>
      JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '9', annotations } } });

    expect(watchEvent(bookmark({ 'k8s.io/initial-events-end': 'true' }))).toMatchObject({ endsInitial: true });
    expect(watchEvent(bookmark({ 'k8s.io/initial-events-end': 'false' }))).toMatchObject({ endsInitial: false });
    expect(watchEvent(bookmark(null))).toEqual({ type: 'bookmark', version: '9', endsInitial: false });
  });

  it('says why the server ends the watch, and when to come back', () => {
    const busy = { code: 429, details: { retryAfterSeconds: 3 } };

    expect(watchEvent(JSON.stringify({ type: 'ERROR', object: { code: 410 } }))).toMatchObject({ code: 410 });
    expect(watchEvent(JSON.stringify({ type: 'ERROR', object: busy }))).toMatchObject({ retryAfterMs: 3_000 });
    expect(watchEvent(JSON.stringify({ type: 'ERROR', object: { code: 'x' } }))).toMatchObject({ code: 500 });
  });

  it('has no version when the object has none', () => {
    expect(watchEvent('{"type":"ADDED","object":{}}')).toMatchObject({ type: 'changed', version: null });
  });

  it('is garbled when it is no event, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(watchEvent(text)).toEqual({ type: 'garbled' });
      }),
    );
    expect(watchEvent('{"type":"GREETING","object":{}}')).toEqual({ type: 'garbled' });
  });
});

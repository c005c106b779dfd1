import { describe, expect, it } from 'vitest';
import { Failure } from '../../model/failure.ts';
import { type Manifest, manifestText, readManifest } from './manifest.ts';

const file = '/cases/a/snapshot.json';
const whole: Manifest = {
  capturedAtMs: Date.UTC(2026, 5, 9, 14, 0),
  cluster: { id: 'uid-1', name: 'kind-dev', version: 'v1.37.2' },
  namespaces: ['shop', 'pay'],
  complete: new Set(['Pod', 'Service']),
  logs: 'tail',
  missing: [{ resource: 'events', reason: 'no right to watch events', cost: 'causes are less certain' }],
};

function failureOf(text: string): Failure {
  try {
    readManifest(text, file);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('it was read');
}

describe('snapshot.json', () => {
  it.each([whole, { ...whole, namespaces: null, logs: 'none' as const, missing: [] }])(
    'comes back as it was written',
    (manifest) => {
      expect(readManifest(manifestText(manifest), file)).toEqual(manifest);
    },
  );

  it('needs nothing but the time when it was taken', () => {
    const read = readManifest('{"capturedAt":"2026-06-09T16:00:00+02:00"}', file);

    expect(read.capturedAtMs).toBe(whole.capturedAtMs);
    expect(read.complete.size).toBe(0);
    expect(read.namespaces).toBeNull();
  });

  it('takes a cluster that is only named', () => {
    const read = readManifest('{"capturedAt":"2026-06-09T14:00:00Z","cluster":"prod"}', file);

    expect(read.cluster).toEqual({ id: 'prod', name: 'prod', version: '' });
  });

  it('leaves out a kind that is none', () => {
    const read = readManifest('{"capturedAt":"2026-06-09T14:00:00Z","complete":["Pod","Secret","Gizmo"]}', file);

    expect([...read.complete]).toEqual(['Pod']);
  });

  it.each([
    ['', ''],
    ['{', ''],
    ['<html>sign in</html>', 'it is HTML'],
    ['{}', 'capturedAt'],
    ['{"capturedAt":"yesterday"}', 'capturedAt'],
    ['{"capturedAt":"2026-06-09T14:00:00Z","complete":"all"}', 'complete'],
    ['{"capturedAt":"2026-06-09T14:00:00Z","logs":"some"}', 'logs'],
  ])('is refused with file, reason and what to do: %j', (text, why) => {
    const { problem } = failureOf(text);

    expect(problem.code).toBe('snapshot-malformed');
    expect(problem.exitCode).toBe(2);
    expect(problem.what).toContain(file);
    expect(problem.why).toContain(why);
    expect(problem.why.length).toBeLessThanOrEqual(100);
  });
});

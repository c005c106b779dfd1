import { describe, expect, it } from 'vitest';
import { readObjectFile } from './object-file.ts';

const pod = (name: string): string => `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"${name}"}}`;

describe('a file of objects', () => {
  it.each([
    ['a v1 List', `{"kind":"List","apiVersion":"v1","items":[${pod('a')},${pod('b')}]}`],
    ['a typed list', '{"kind":"PodList","items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}'],
  ])('gives the items of %s', (_, text) => {
    const read = readObjectFile(text, 'json', 'whatever');

    expect(read.objects.map((one) => one.kind)).toEqual(['Pod', 'Pod']);
    expect(read.isBroken).toBe(false);
  });

  it('gives a single object', () => {
    expect(readObjectFile(pod('a'), 'json', 'x').objects).toHaveLength(1);
  });

  it('gives every document of a YAML file, and passes over empty ones', () => {
    const text = `---\nkind: Pod\nmetadata: {name: a}\n---\n---\nkind: Service\nmetadata: {name: b}\n`;

    expect(readObjectFile(text, 'yaml', 'x').objects.map((one) => one.kind)).toEqual(['Pod', 'Service']);
  });

  it('keeps times in YAML as text', () => {
    const text = 'kind: Pod\nmetadata: {name: a, creationTimestamp: 2026-06-09T14:00:00Z}';

    expect(readObjectFile(text, 'yaml', 'x').objects[0]?.object).toMatchObject({
      metadata: { creationTimestamp: '2026-06-09T14:00:00Z' },
    });
  });

  it.each(['pod', 'pods', 'PODS'])('takes the kind of an empty list from the name of the file: %s', (stem) => {
    expect([...readObjectFile('{"kind":"List","items":[]}', 'json', stem).kinds]).toEqual(['Pod']);
  });

  it('does not guess the kind of an empty list with another name', () => {
    expect(readObjectFile('{"kind":"List","items":[]}', 'json', 'things').kinds.size).toBe(0);
  });

  it.each([
    ['', 'it is empty'],
    ['{"kind":"Pod","meta', 'it is not JSON, or breaks off'],
    ['<!DOCTYPE html><title>Sign in</title>', 'it is HTML: a proxy or sign-in page was saved in its place'],
    ['[1,2]', 'it holds something that is no object'],
    ['"text"', 'it holds something that is no object'],
    ['{"metadata":{"name":"a"}}', 'an object names no kind'],
  ])('says why nothing can be read of %j', (text, reason) => {
    const read = readObjectFile(text, 'json', 'x');

    expect([...read.reasons.keys()]).toEqual([reason]);
    expect(read.isBroken).toBe(true);
    expect(read.objects).toEqual([]);
  });

  it('names the line where YAML breaks and keeps the other documents', () => {
    const read = readObjectFile('kind: Pod\nmetadata: {name: a}\n---\nkind: "Pod\n  x: [', 'yaml', 'x');

    expect(read.objects).toHaveLength(1);
    expect([...read.reasons.keys()][0]).toMatch(/^it is not YAML: line \d+$/);
    expect(read.isBroken).toBe(true);
  });

  it('does not follow references without end', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((one, at) => {
        const before = 'abcdefgh'[at] ?? '';
        return `${one}: &${one} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
      }),
    ].join('\n');

    const read = readObjectFile(bomb, 'yaml', 'x');

    expect([...read.reasons.keys()]).toEqual(['it refers to itself too often to be read']);
  });

  it('never reads a Secret, and does not call the file broken for it', () => {
    const secret = '{"kind":"Secret","apiVersion":"v1","metadata":{"name":"s"},"data":{"k":"aHVudGVyMg=="}}';

    const read = readObjectFile(`{"kind":"List","items":[${secret},${pod('a')}]}`, 'json', 'x');

    expect(JSON.stringify(read.objects)).not.toContain('aHVudGVyMg');
    expect([...read.reasons]).toEqual([['Secrets are never read', 1]]);
    expect(read.isBroken).toBe(false);
  });

  it.each([
    [
      '{"kind":"Service","apiVersion":"serving.knative.dev/v1","metadata":{"name":"a"}}',
      'Service of serving.knative.dev is another kind',
    ],
    [
      '{"kind":"Event","apiVersion":"events.k8s.io/v1","metadata":{"name":"a"}}',
      'Event of events.k8s.io is another kind',
    ],
    ['{"kind":"쿠버","metadata":{"name":"a"}}', 'objects of kind 쿠버 are not read'],
  ])('leaves out what only looks like a kind that is read: %s', (text, reason) => {
    const read = readObjectFile(text, 'json', 'x');

    expect(read.objects).toEqual([]);
    expect([...read.reasons.keys()]).toEqual([reason]);
  });

  it('takes an object of an older version of the same group', () => {
    const text = '{"kind":"HorizontalPodAutoscaler","apiVersion":"autoscaling/v1","metadata":{"name":"a"}}';

    expect(readObjectFile(text, 'json', 'x').objects).toHaveLength(1);
  });

  it('shows a long odd kind short and without control characters', () => {
    const text = JSON.stringify({ kind: `\u001b[31m${'x'.repeat(100)}`, metadata: { name: 'a' } });

    const [reason = ''] = readObjectFile(text, 'json', 'x').reasons.keys();

    expect(reason.length).toBeLessThan(80);
    expect(reason).not.toContain('\u001b');
  });
});

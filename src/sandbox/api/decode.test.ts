import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { configMap, deployment, lease } from './kind-shapes.ts';
import type { Tree } from './tree.ts';

const spec = (more: Tree): Tree => ({ metadata: { name: 'web' }, spec: more });

describe('decoding', () => {
  it('names every field that the kind does not have, with its path', () => {
    const body = spec({ replcas: 1, template: { spec: { containers: [{ name: 'a', imag: 'x' }] } } });
    const { unknown, object } = decode({ ...body, extra: 1 }, deployment);
    expect(unknown).toEqual(['spec.replcas', 'spec.template.spec.containers[0].imag', 'extra']);
    expect(object).toEqual(spec({ template: { spec: { containers: [{ name: 'a' }] } } }));
  });

  it('drops what Go leaves out when empty and keeps what is a pointer', () => {
    const { object } = decode(
      spec({ replicas: 0, paused: false, minReadySeconds: 0, revisionHistoryLimit: 0, selector: null }),
      deployment,
    );
    expect(object['spec']).toEqual({ replicas: 0, revisionHistoryLimit: 0 });
  });

  it.each<[string, Tree, string]>([
    ['a text for a number', spec({ replicas: 'three' }), 'cannot unmarshal string into Go struct field spec.replicas'],
    ['a fraction for a number', spec({ replicas: 1.5 }), 'cannot unmarshal number into Go struct field spec.replicas'],
    ['a text for a flag', spec({ paused: 'true' }), 'cannot unmarshal string into Go struct field spec.paused'],
    ['a list for an object', spec({ template: [] }), 'cannot unmarshal array into Go struct field spec.template'],
    [
      'an object for a list',
      spec({ template: { spec: { containers: {} } } }),
      'into Go struct field spec.template.spec.containers',
    ],
    [
      'a quantity that is none',
      spec({ template: { spec: { containers: [{ resources: { limits: { cpu: 'a' } } }] } } }),
      'quantities must match',
    ],
  ])('says what is wrong with %s', (_, body, message) => {
    expect(decode(body, deployment).wrong).toContain(message);
  });

  it('takes times with six digits where the kind has micro seconds, and with none elsewhere', () => {
    const wrong = (renewTime: string): string | null => decode(spec({ renewTime }), lease).wrong;
    expect(wrong('2026-06-09T14:00:00.123456Z')).toBeNull();
    expect(wrong('2026-06-09T14:00:00.123456+02:00')).toBeNull();
    expect(wrong('2026-06-09T14:00:00.123Z')).toContain('cannot parse');
    expect(wrong('2026-13-09T14:00:00.123456Z')).toContain('cannot parse');
    expect(decode({ metadata: { creationTimestamp: '2026-06-09T14:00:00Z' } }, lease).wrong).toBeNull();
  });

  it('reads a kind without a shape as it comes, but for its metadata', () => {
    const { object, unknown } = decode({ spec: { any: { thing: null } }, metadata: { name: 'a', nam: 'b' } }, null);
    expect(object).toEqual({ spec: { any: { thing: null } }, metadata: { name: 'a' } });
    expect(unknown).toEqual(['metadata.nam']);
  });

  it('decodes its own result to the same', () => {
    const data = fc.dictionary(fc.string({ maxLength: 4 }), fc.string({ maxLength: 4 }));
    fc.assert(
      fc.property(data, data, (texts, labels) => {
        const once = decode({ metadata: { labels }, data: texts }, configMap).object;
        expect(decode(once, configMap)).toEqual({ object: once, unknown: [], wrong: null });
      }),
    );
  });
});

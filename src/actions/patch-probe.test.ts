import { assert, constantFrom, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, toJson, type JsonObject } from '../model/json.ts';
import { applyJsonPatch } from '../sandbox/api/json-patch.ts';
import { toTree, toValue } from '../sandbox/api/tree.ts';
import { patchProbe } from './patch-probe.ts';
import { aContainer, aTemplate, aWorkload, liveOf } from './testing/live.ts';
import { opsOf } from './testing/ops.ts';

const target = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
const http = { httpGet: { path: '/healthz', port: 8081, scheme: 'HTTP' }, periodSeconds: 5, failureThreshold: 3 };
const path = '/spec/template/spec/containers/0/livenessProbe';
const probed = (probe: JsonObject, more: JsonObject = {}) =>
  liveOf(aWorkload({ template: aTemplate([aContainer({ livenessProbe: probe, ...more })]) }));
const wanted = { container: 'app', probe: 'liveness', port: 8080 };

describe('preview of patch-probe', () => {
  it('tests the name at the index and the whole probe, and writes the probe whole with another port', () => {
    expect(patchProbe.preview(probed(http), wanted)).toEqual({
      tests: [
        { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'app' },
        { op: 'test', path, value: http },
        { op: 'test', path: '/spec/paused', value: null },
      ],
      changes: [{ op: 'replace', path, value: { ...http, httpGet: { ...http.httpGet, port: 8080 } } }],
      touches: [path],
    });
  });

  it.each([
    ['tcpSocket', { tcpSocket: { port: 8081, host: '127.0.0.1' } }, { tcpSocket: { port: 8080, host: '127.0.0.1' } }],
    ['grpc', { grpc: { port: 8081, service: 'up' } }, { grpc: { port: 8080, service: 'up' } }],
  ])('moves the port of a %s probe', (_handler, probe, value) => {
    expect(patchProbe.preview(probed(probe), wanted)).toMatchObject({ changes: [{ value }] });
  });

  it.each(['readiness', 'startup'])('works on the %s probe', (probe) => {
    const live = liveOf(aWorkload({ template: aTemplate([aContainer({ [`${probe}Probe`]: http })]) }));

    expect(patchProbe.preview(live, { ...wanted, probe })).toMatchObject({
      touches: [`/spec/template/spec/containers/0/${probe}Probe`],
    });
  });

  it('takes the name of a port that the container declares', () => {
    const live = probed(http, { ports: [{ name: 'web', containerPort: 8080 }] });

    expect(patchProbe.preview(live, { ...wanted, port: 'web' })).toMatchObject({
      changes: [{ value: { httpGet: { port: 'web' } } }],
    });
  });

  it.each([
    ['a name that the container does not declare', probed(http), { port: 'web' }, 'app declares no port named web'],
    [
      'a name for gRPC',
      probed({ grpc: { port: 8081 } }),
      { port: 'web' },
      'a gRPC probe takes no port by name: give the number behind web',
    ],
    ['the port that it asks already', probed(http), { port: 8081 }, 'the liveness probe of app asks port 8081 already'],
    ['a probe that is not there', probed(http), { probe: 'startup' }, 'app has no startup probe'],
    [
      'a probe that runs a command',
      probed({ exec: { command: ['true'] } }),
      {},
      'the liveness probe of app runs a command: it has no port',
    ],
    ['a container that is not there', probed(http), { container: 'db' }, 'it has no container db, only app'],
    ['a paused Deployment', liveOf(aWorkload({ spec: { paused: true } })), {}, 'its rollout is paused'],
  ])('refuses %s', (_what, live, params, refused) => {
    expect(patchProbe.preview(live, { ...wanted, ...params })).toEqual({ refused });
  });

  it.each([
    [{ port: 0 }, 'port must be a number from 1 to 65535 or the name of a port'],
    [{ port: 65_536 }, 'port must be a number from 1 to 65535 or the name of a port'],
    [{ port: '8080' }, 'port must be a number from 1 to 65535 or the name of a port'],
    [{ port: 'Web_Port' }, 'port must be a number from 1 to 65535 or the name of a port'],
    [{ probe: 'health' }, 'probe must be liveness, readiness or startup'],
    [{ container: 7 }, 'container must be a name'],
    [{ path: '/' }, 'patch-probe takes no parameter path'],
  ])('refuses the parameters %j', (params, why) => {
    expect(patchProbe.preview(probed(http), { ...wanted, ...params })).toEqual({
      refused: `the parameters of patch-probe are not valid: ${why}`,
    });
  });
});

describe('undo of patch-probe', () => {
  it('brings any probe back exactly', () => {
    const probes = record({
      handler: constantFrom('httpGet', 'tcpSocket', 'grpc'),
      former: integer({ min: 1, max: 30_000 }),
      port: integer({ min: 30_001, max: 65_535 }),
      periodSeconds: integer({ min: 1, max: 60 }),
    });

    assert(
      property(probes, ({ handler, former, port, periodSeconds }) => {
        const before = probed({ [handler]: { port: former }, periodSeconds }).object;
        const params = { container: 'app', probe: 'liveness', port };
        const after = patched(before, opsOf(patchProbe.preview(liveOf(before), params)));

        expect(after).not.toEqual(before);
        expect(patched(after, opsOf(patchProbe.undo(before, after, params)))).toEqual(before);
      }),
    );
  });

  it('has no way back to a container that was not there', () => {
    expect(patchProbe.undo(aWorkload(), aWorkload(), { ...wanted, container: 'db' })).toEqual({
      irreversible: 'it has no container db, only app',
    });
  });
});

describe('words and risk of patch-probe', () => {
  it('say the port before and after', () => {
    expect(patchProbe.summary(probed(http), wanted)).toBe('liveness probe port 8081 → 8080');
    expect(patchProbe.summary(liveOf(aWorkload()), wanted)).toBe('liveness probe port → 8080');
  });

  it('give a kubectl line for the handler that the probe has', () => {
    expect(patchProbe.byHand(target, wanted, probed({ tcpSocket: { port: 8081 } }))).toBe(
      `kubectl -n shop patch deploy/checkout -p '{"spec":{"template":{"spec":{"containers":[{"name":"app","livenessProbe":{"tcpSocket":{"port":8080}}}]}}}}'`,
    );
  });

  it('take the probe for an HTTP one where the target is not at hand', () => {
    expect(patchProbe.byHand(target, wanted)).toContain('"livenessProbe":{"httpGet":{"port":8080}}');
  });

  it('are medium, and high for a StatefulSet', () => {
    expect(patchProbe.risk(probed(http), wanted)).toBe('medium');
    expect(patchProbe.risk(liveOf(aWorkload({ kind: 'StatefulSet' })), wanted)).toBe('high');
  });
});

function patched(object: JsonObject, ops: readonly object[]): JsonObject {
  const made = toJson(applyJsonPatch(toTree(object), toValue(ops)));
  return isJsonObject(made) ? made : {};
}

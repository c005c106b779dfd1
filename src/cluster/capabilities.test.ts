import { afterEach, describe, expect, it } from 'vitest';
import { wallClock } from '../clock.ts';
import { type Capabilities, probeCapabilities, versionOf } from './capabilities.ts';
import { viewKinds } from './resources.ts';
import { aTestApi, type TestApi } from '../../test/builders/sandbox-api.ts';
import type { ApiRequest, Transport } from './transport.ts';

const live = new AbortController().signal;
const all = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];

/** Discovery of a 1.31 server, built by hand from its documents with what this room reads: no pods/resize, WatchList off. */
const discovery131: Readonly<Record<string, unknown>> = {
  '/version': { major: '1', minor: '31', gitVersion: 'v1.31.14', platform: 'linux/amd64' },
  '/api/v1': listOf([
    'pods',
    'services',
    'nodes',
    'namespaces',
    'configmaps',
    'events',
    'persistentvolumeclaims',
    'resourcequotas',
    'limitranges',
    'pods/log',
    'pods/status',
    'pods/ephemeralcontainers',
  ]),
  '/apis/apps/v1': listOf(['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions']),
  '/apis/discovery.k8s.io/v1': listOf(['endpointslices']),
  '/apis/policy/v1': listOf(['poddisruptionbudgets']),
  '/apis/autoscaling/v2': listOf(['horizontalpodautoscalers']),
};
const watchListOff = {
  kind: 'Status',
  code: 422,
  reason: 'Invalid',
  message:
    'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
};

function listOf(names: readonly string[]): unknown {
  return { kind: 'APIResourceList', resources: names.map((name) => ({ name, verbs: all })) };
}

function server(documents: Readonly<Record<string, unknown>>, status = 422, lines: readonly string[] = []): Transport {
  return {
    server: 'https://old.example',
    async request({ path }: ApiRequest) {
      const json = documents[path] ?? { kind: 'Status', code: 404, reason: 'NotFound' };
      return {
        status: documents[path] === undefined ? 404 : 200,
        json,
        text: JSON.stringify(json),
        headers: { get: () => null },
      };
    },
    stream: async () => ({
      status,
      text: JSON.stringify(watchListOff),
      async *lines() {
        yield* lines;
      },
    }),
    clockSkewMs: () => null,
    lastAnswerMs: () => null,
  };
}

async function probe(transport: Transport): Promise<Capabilities> {
  return await probeCapabilities(transport, wallClock(false), '', live);
}

describe('capabilities of a server', () => {
  let test: TestApi | null = null;
  afterEach(async () => {
    await test?.close();
    test = null;
  });

  it('finds initial events and all kinds on the sandbox', async () => {
    test = await aTestApi();

    const found = await probe(test.transport);

    expect(found).toMatchObject({ isProven: true, watchList: true, version: { major: 1, minor: 37 } });
    expect(found.served.size).toBe(viewKinds.length);
  });

  it('finds neither initial events nor resize on a 1.31 server', async () => {
    const found = await probe(server(discovery131));

    expect(found).toMatchObject({ isProven: true, watchList: false, podResize: false });
    expect(found.version.text).toBe('v1.31.14');
    expect(found.served.size).toBe(viewKinds.length);
  });

  it('finds resize where pods have the subresource', async () => {
    const core = listOf(['pods', 'pods/resize']);

    const found = await probe(server({ ...discovery131, '/api/v1': core }));

    expect(found.podResize).toBe(true);
  });

  it('leaves out a group that is not served and a resource that cannot be watched', async () => {
    const { '/apis/autoscaling/v2': _, ...without } = discovery131;
    const apps = { resources: [{ name: 'deployments', verbs: ['get'] }] };

    const found = await probe(server({ ...without, '/apis/apps/v1': apps }));

    expect(found.served.has('HorizontalPodAutoscaler')).toBe(false);
    expect(found.served.has('Deployment')).toBe(false);
    expect(found.served.has('Pod')).toBe(true);
  });

  it('tries every kind of a group whose discovery cannot be read', async () => {
    const found = await probe(server({ ...discovery131, '/apis/apps/v1': 'a proxy says hello' }));

    expect(found.served.has('Deployment')).toBe(true);
  });

  it('does not take a watch that never ends its initial events for one that does', async () => {
    const bookmark = '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}';

    const found = await probe(server(discovery131, 200, [bookmark]));

    expect(found.watchList).toBe(false);
  });

  it.each([
    ['30', false],
    ['31', true],
    ['37', true],
    ['38', false],
  ])('promises 1.31 to 1.37 only: minor %s', async (minor, isProven) => {
    const found = await probe(server({ ...discovery131, '/version': { major: '1', minor, gitVersion: 'v1' } }));

    expect(found.isProven).toBe(isProven);
  });

  it('reads minors as vendors write them', () => {
    expect(versionOf({ major: '1', minor: '33+', gitVersion: 'v1.33.4-eks-1' }).minor).toBe(33);
  });

  it('fails with a reason when the version cannot be read', async () => {
    await expect(probe(server({}))).rejects.toMatchObject({ problem: { code: 'read-refused', exitCode: 4 } });
  });
});

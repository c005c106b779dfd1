import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aNamespace, aTestApi, startMs, type TestApi } from '../../test/builders/sandbox-api.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { createOwnWrites, type LeaseSpec, type OwnEvent, type OwnWrites } from './own.ts';
import { scripted } from './testing/script.ts';
import type { Transport } from './transport.ts';

const place = { namespace: 'nemotron-advisor', lease: 'nemotron-advisor', instance: 'host_1' };
const configMaps = { group: '', version: 'v1', plural: 'configmaps' };
const events = { group: 'events.k8s.io', version: 'v1', plural: 'events' };

function aSpec(more: Partial<LeaseSpec> = {}): LeaseSpec {
  return {
    holderIdentity: 'host_1',
    leaseDurationSeconds: 15,
    acquireTime: '2026-06-09T14:00:00.000000Z',
    renewTime: '2026-06-09T14:00:00.000000Z',
    leaseTransitions: 1,
    ...more,
  };
}

function anOwnEvent(more: Partial<OwnEvent> = {}): OwnEvent {
  return {
    about: { kind: 'Deployment', namespace: 'default', name: 'checkout', uid: 'uid-1', apiVersion: 'apps/v1' },
    type: 'Normal',
    reason: 'PlanWritten',
    action: 'Write',
    note: 'inc-1/p1/a1: 3 → 6',
    name: 'inc-1.p1.written',
    atMs: startMs,
    ...more,
  };
}

async function problemOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    return error instanceof Failure ? `${error.problem.code} ${error.problem.exitCode}` : 'other';
  }
}

describe('own writes on a sandbox', () => {
  let test: TestApi;
  let own: OwnWrites;
  beforeEach(async () => {
    test = await aTestApi();
    await test.create('Namespace', aNamespace(place.namespace));
    own = createOwnWrites(test.transport, place);
  });
  afterEach(async () => await test.close());

  it('keep a lease: none, made, made by another first, replaced, changed meanwhile', async () => {
    expect(await own.readLease()).toBeNull();
    const made = await own.createLease(aSpec());
    expect(made?.spec).toEqual(aSpec());
    expect(await own.createLease(aSpec())).toBeNull();
    const version = made?.metadata.resourceVersion ?? '';
    const replaced = await own.replaceLease(version, aSpec({ holderIdentity: 'host_2', leaseTransitions: 2 }));
    expect(replaced?.spec.holderIdentity).toBe('host_2');
    expect(await own.replaceLease(version, aSpec())).toBeNull();
    expect((await own.readLease())?.spec.leaseTransitions).toBe(2);
  });

  it('say that the namespace is missing, and how to make it', async () => {
    const elsewhere = createOwnWrites(test.transport, { ...place, namespace: 'absent' });
    const word = { stopped: true, by: 'ann', reason: 'x', atMs: startMs };
    expect(await problemOf(elsewhere.createLease(aSpec()))).toBe(`namespace-missing ${exitCodes.conflict}`);
    expect(await problemOf(elsewhere.writeStop(word))).toBe(`namespace-missing ${exitCodes.conflict}`);
  });

  it('write the stop switch where there is none, and over what is there', async () => {
    expect(await own.readStop()).toEqual({ stopped: false, seen: false, by: null, reason: null });
    await own.writeStop({ stopped: true, by: 'ann', reason: 'maintenance', atMs: startMs });
    expect(await own.readStop()).toEqual({ stopped: true, seen: true, by: 'ann', reason: 'maintenance' });
    await own.writeStop({ stopped: false, by: 'bob', reason: 'done', atMs: startMs });
    expect(await own.readStop()).toEqual({ stopped: false, seen: false, by: null, reason: null });
    const kept = await test.port.get(configMaps, place.namespace, 'nemotron-advisor-stop');
    expect(kept?.['data']).toEqual({ stopped: 'false', by: 'bob', reason: 'done', at: '2026-06-09T14:00:00.000Z' });
  });

  it('take anything but stopped "false" in the stop switch as a stop', async () => {
    const contents = [{ stopped: 'true' }, { stopped: 'False' }, { stopped: '' }, {}];
    const seen: boolean[] = [];
    for (const data of contents) {
      const metadata = { name: 'nemotron-advisor-stop', namespace: place.namespace };
      await test.create('ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
      const word = await own.readStop();
      seen.push(word.stopped && word.seen);
      await test.remove('ConfigMap', place.namespace, 'nemotron-advisor-stop');
    }
    expect(seen).toEqual([true, true, true, true]);
  });

  it('record an event once under its name, with what the server limits cut', async () => {
    const long = anOwnEvent({ note: '€'.repeat(400), reason: 'R'.repeat(200), annotations: { permit: '3.A' } });
    await own.recordEvent(long);
    await own.recordEvent(long);
    const [kept, ...more] = await test.port.list(events, { namespace: 'default' });
    expect(more).toEqual([]);
    expect(kept).toMatchObject({
      metadata: { name: 'inc-1.p1.written', annotations: { permit: '3.A' } },
      note: '€'.repeat(341),
      reason: 'R'.repeat(128),
      eventTime: '2026-06-09T14:00:00.000000Z',
      reportingController: 'nemotron-advisor.dev/advisor',
      reportingInstance: 'host_1',
      regarding: { kind: 'Deployment', namespace: 'default', name: 'checkout', uid: 'uid-1', apiVersion: 'apps/v1' },
    });
  });

  it('record an event about a node in the namespace default', async () => {
    await own.recordEvent(anOwnEvent({ about: { kind: 'Node', namespace: '', name: 'worker-1' } }));
    const [kept] = await test.port.list(events, { namespace: 'default' });
    expect(kept?.['regarding']).toEqual({ kind: 'Node', name: 'worker-1' });
  });

  it('ask for their own rights and name', async () => {
    const narrow = createOwnWrites(
      await test.transportOf('narrow', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }]),
      place,
    );
    const right = { group: 'apps', resource: 'deployments', namespace: 'shop' };
    expect(await narrow.mayI({ ...right, verb: 'get' })).toBe(true);
    expect(await narrow.mayI({ ...right, verb: 'patch' })).toBe(false);
    expect(await narrow.whoAmI()).toEqual({ user: 'narrow', groups: ['system:authenticated'] });
  });

  it('say which right is missing', async () => {
    const narrow = createOwnWrites(await test.transportOf('none', []), place);
    expect(await problemOf(narrow.readLease())).toBe(`forbidden ${exitCodes.forbidden}`);
    expect(await problemOf(narrow.recordEvent(anOwnEvent()))).toBe(`forbidden ${exitCodes.forbidden}`);
  });

  it('send nothing that is not on the closed list', async () => {
    const seen: string[] = [];
    const spy: Transport = {
      ...test.transport,
      request: async (request) => {
        seen.push(`${request.method} ${request.path}`);
        return await test.transport.request(request);
      },
    };
    const watched = createOwnWrites(spy, place);
    const made = await watched.createLease(aSpec());
    await watched.replaceLease(made?.metadata.resourceVersion ?? '', aSpec());
    await watched.writeStop({ stopped: true, by: 'ann', reason: 'x', atMs: startMs });
    await watched.recordEvent(anOwnEvent());
    await watched.mayI({ group: '', resource: 'pods', verb: 'get' });
    await watched.whoAmI();
    const lease = '/apis/coordination.k8s.io/v1/namespaces/nemotron-advisor/leases';
    const maps = '/api/v1/namespaces/nemotron-advisor/configmaps';
    expect(seen).toEqual([
      `POST ${lease}`,
      `PUT ${lease}/nemotron-advisor`,
      `PATCH ${maps}/nemotron-advisor-stop`,
      `POST ${maps}`,
      'POST /apis/events.k8s.io/v1/namespaces/default/events',
      'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
    ]);
  });
});

describe('a stop switch that cannot be read', () => {
  it('holds like a stop, but is not seen as one', async () => {
    const broken = new Failure({
      code: 'cluster-unreachable',
      what: 'the cluster does not answer',
      why: 'ECONNREFUSED',
      next: 'wait',
      exitCode: exitCodes.unreachable,
    });
    const own = createOwnWrites(
      scripted([{ fails: broken }, { fails: new Error('odd') }, { answer: 500 }, { answer: 403 }]),
      place,
    );
    const words = [await own.readStop(), await own.readStop(), await own.readStop(), await own.readStop()];
    expect(words.map(({ stopped, seen, reason }) => [stopped, seen, reason])).toEqual([
      [true, false, 'the stop switch could not be read: ECONNREFUSED'],
      [true, false, 'the stop switch could not be read: no answer'],
      [true, false, 'the stop switch was answered with 500'],
      [true, false, 'the stop switch was answered with 403'],
    ]);
  });

  it('holds when it is no ConfigMap at all', async () => {
    const own = createOwnWrites(scripted([{ answer: 200, body: { data: 'stopped: false' } }]), place);
    expect(await own.readStop()).toMatchObject({ stopped: true, seen: true });
  });

  it('is written by whoever was first: a switch that another made meanwhile is changed', async () => {
    const transport = scripted([{ answer: 404 }, { answer: 409 }, { answer: 200, body: {} }]);
    await createOwnWrites(transport, place).writeStop({ stopped: true, by: 'ann', reason: 'x', atMs: startMs });
    expect(transport.asked.map((one) => one.method)).toEqual(['PATCH', 'POST', 'PATCH']);
  });
});

describe('answers that cannot be read', () => {
  it('are a failure, not a lease and not a right', async () => {
    const own = createOwnWrites(
      scripted([{ answer: 200, body: {} }, { answer: 503 }, { answer: 201, body: [] }]),
      place,
    );
    expect(await problemOf(own.readLease())).toBe(`read-refused ${exitCodes.unreachable}`);
    expect(await problemOf(own.mayI({ group: '', resource: 'pods', verb: 'get' }))).toBe(
      `read-refused ${exitCodes.unreachable}`,
    );
    expect(await own.whoAmI()).toBeNull();
  });
});

// A namespace of its own for each group of behaviours, and requests into it in few words.
import { afterAll, beforeAll, expect } from 'vitest';
import type { Tree } from '../../src/sandbox/api/tree.ts';
import { type Answer, type Client, createClient, type Sending } from './client.ts';
import { type Subject, until, type Who } from './subject.ts';
import type { Watching } from './watching.ts';

type PatchForm = 'json' | 'merge' | 'strategic';

export interface Room {
  readonly namespace: string;
  /** Path of a resource in this namespace, of one object, of its subresource. */
  path(plural: Plural, name?: string, subresource?: string): string;
  send(sending: Sending, who?: Who): Promise<Answer>;
  get(path: string, who?: Who): Promise<Answer>;
  post(path: string, body: unknown, who?: Who): Promise<Answer>;
  put(path: string, body: unknown, who?: Who): Promise<Answer>;
  patch(path: string, form: PatchForm, body: unknown, who?: Who): Promise<Answer>;
  remove(path: string, body?: unknown): Promise<Answer>;
  watch(path: string): Promise<Watching>;
  /** Creates an object and answers with it as it is stored. */
  make(plural: Plural, object: Tree): Promise<Tree>;
  /** Reads an object that must be there. */
  read(path: string): Promise<Tree>;
  until<T>(check: () => Promise<T>): Promise<T>;
  pass(): Promise<void>;
}

const roots = {
  pods: '/api/v1',
  services: '/api/v1',
  configmaps: '/api/v1',
  secrets: '/api/v1',
  serviceaccounts: '/api/v1',
  resourcequotas: '/api/v1',
  persistentvolumeclaims: '/api/v1',
  deployments: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  statefulsets: '/apis/apps/v1',
  controllerrevisions: '/apis/apps/v1',
  leases: '/apis/coordination.k8s.io/v1',
  events: '/apis/events.k8s.io/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
  poddisruptionbudgets: '/apis/policy/v1',
  horizontalpodautoscalers: '/apis/autoscaling/v2',
  cronjobs: '/apis/batch/v1',
};
export type Plural = keyof typeof roots;

const patchTypes: Readonly<Record<PatchForm, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

/** Makes the namespace `contract-<name>` before the tests of the surrounding group, and closes its connections after them. */
export function aRoom(subject: () => Subject, name: string): Room {
  const namespace = `contract-${name}`;
  const clients = new Map<Who, Client>();
  const clientOf = (who: Who): Client => {
    const known = clients.get(who);
    if (known !== undefined) return known;
    const open = subject();
    const client = createClient(open.url, open.tokenOf(who), open.ca);
    clients.set(who, client);
    return client;
  };
  const send = async (sending: Sending, who: Who = 'admin'): Promise<Answer> => await clientOf(who).send(sending);
  const room: Room = {
    namespace,
    path(plural, object, subresource) {
      const parts = [`${roots[plural]}/namespaces/${namespace}/${plural}`, object, subresource];
      return parts.filter((part) => part !== undefined).join('/');
    },
    send,
    get: async (path, who) => await send({ method: 'GET', path }, who),
    post: async (path, body, who) => await send({ method: 'POST', path, body }, who),
    put: async (path, body, who) => await send({ method: 'PUT', path, body }, who),
    patch: async (path, form, body, who) => await send({ method: 'PATCH', path, body, type: patchTypes[form] }, who),
    remove: async (path, body) => await send({ method: 'DELETE', path, ...(body === undefined ? {} : { body }) }),
    watch: async (path) => await clientOf('admin').watch(path),
    async make(plural, object) {
      const answer = await room.post(room.path(plural), object);
      expect(answer).toMatchObject({ status: 201 });
      return answer.body;
    },
    async read(path) {
      const answer = await room.get(path);
      expect(answer).toMatchObject({ status: 200 });
      return answer.body;
    },
    until: async (check) => await until(subject(), check),
    pass: async () => await subject().pass(),
  };
  beforeAll(async () => {
    const made = await room.post('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    expect(made).toMatchObject({ status: 201 });
    // Pods are refused until the namespace has its service account.
    await room.until(async () => await room.read(room.path('serviceaccounts', 'default')));
  });
  afterAll(async () => {
    for (const client of clients.values()) await client.close();
  });
  return room;
}

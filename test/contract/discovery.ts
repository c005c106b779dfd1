// What the server says it serves: enough for kubectl to find every kind and to apply (writes.md C.6).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textAt, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { type Client, createClient } from './client.ts';
import { having, including } from './matching.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

const aggregated = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json';

export function describeDiscovery(subject: () => Subject): void {
  describe('discovery', () => {
    const room = aRoom(subject, 'discovery');
    let nobody: Client;
    let forged: Client;
    beforeAll(() => {
      const { url, ca } = subject();
      nobody = createClient(url, null, ca);
      forged = createClient(url, 'forged', ca);
    });
    afterAll(async () => {
      await nobody.close();
      await forged.close();
    });

    it('says its version, to anyone who is known', async () => {
      expect((await room.get('/version', 'stranger')).body).toMatchObject({
        major: '1',
        minor: '37',
        gitVersion: 'v1.37.2',
      });
    });

    it('is healthy, alive and ready', async () => {
      const answers = await Promise.all(['/healthz', '/livez', '/readyz'].map(async (path) => await room.get(path)));
      expect(answers.map(({ status, text }) => [status, text])).toEqual([
        [200, 'ok'],
        [200, 'ok'],
        [200, 'ok'],
      ]);
    });

    it('lists the core version and the API groups', async () => {
      expect((await room.get('/api')).body).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
      const groups = (await room.get('/apis')).body;
      expect(groups['kind']).toBe('APIGroupList');
      expect(treesAt(groups, 'groups').map((group) => textAt(group, 'name'))).toEqual(
        including(
          'apps',
          'events.k8s.io',
          'authentication.k8s.io',
          'authorization.k8s.io',
          'autoscaling',
          'batch',
          'coordination.k8s.io',
          'discovery.k8s.io',
          'networking.k8s.io',
          'policy',
          'storage.k8s.io',
        ),
      );
    });

    it('answers the wish for aggregated discovery, in that form or in the plain one', async () => {
      const answer = await room.send({ method: 'GET', path: '/apis', headers: { accept: aggregated } });
      expect(answer.status).toBe(200);
      expect(['APIGroupList', 'APIGroupDiscoveryList']).toContain(answer.body['kind']);
    });

    it('names the preferred version of a group', async () => {
      expect((await room.get('/apis/apps')).body).toMatchObject({
        kind: 'APIGroup',
        name: 'apps',
        versions: [{ groupVersion: 'apps/v1', version: 'v1' }],
        preferredVersion: { groupVersion: 'apps/v1', version: 'v1' },
      });
    });

    it('lists the resources of a group version with kinds, verbs, short names and subresources', async () => {
      const { body } = await room.get('/apis/apps/v1');
      expect(body).toMatchObject({ kind: 'APIResourceList', groupVersion: 'apps/v1' });
      expect(body['resources']).toEqual(
        including(
          having({
            name: 'deployments',
            singularName: 'deployment',
            namespaced: true,
            kind: 'Deployment',
            shortNames: ['deploy'],
            verbs: including('create', 'delete', 'get', 'list', 'patch', 'update', 'watch'),
          }),
          having({
            name: 'deployments/scale',
            group: 'autoscaling',
            version: 'v1',
            kind: 'Scale',
            verbs: ['get', 'patch', 'update'],
          }),
          having({ name: 'deployments/status', kind: 'Deployment' }),
        ),
      );
    });

    it('lists cluster-wide kinds and logs in the core version', async () => {
      const { body } = await room.get('/api/v1');
      expect(body['resources']).toEqual(
        including(
          having({ name: 'nodes', namespaced: false, kind: 'Node', shortNames: ['no'] }),
          having({ name: 'pods/log', kind: 'Pod', verbs: ['get'] }),
          having({ name: 'pods', shortNames: ['po'] }),
        ),
      );
    });

    it('lists reviews as resources that can only be created', async () => {
      const { body } = await room.get('/apis/authorization.k8s.io/v1');
      expect(body['resources']).toEqual(
        including(having({ name: 'selfsubjectaccessreviews', namespaced: false, verbs: ['create'] })),
      );
    });

    it('points to one OpenAPI document for each group version', async () => {
      const { body } = await room.get('/openapi/v3');
      expect(textAt(body, 'paths', 'apis/apps/v1', 'serverRelativeURL')).toContain('/openapi/v3/apis/apps/v1');
      expect(textAt(body, 'paths', 'api/v1', 'serverRelativeURL')).toContain('/openapi/v3/api/v1');
    });

    it('says in OpenAPI that a kind can be patched with field validation', async () => {
      const { body } = await room.get('/openapi/v3/apis/apps/v1');
      const path = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
      expect(treeAt(body, 'paths', path, 'patch', 'x-kubernetes-group-version-kind')).toEqual({
        group: 'apps',
        version: 'v1',
        kind: 'Deployment',
      });
      expect(
        treesAt(body, 'paths', path, 'patch', 'parameters').map((parameter) => textAt(parameter, 'name')),
      ).toContain('fieldValidation');
    });

    it('answers for what it does not serve with a 404 in plain text', async () => {
      const answer = await room.get('/apis/nemotron-advisor.dev/v1/remediations');
      expect([answer.status, answer.text]).toEqual([404, '404 page not found\n']);
      expect(answer.headers['content-type']).toContain('text/plain');
    });

    it('refuses a token that it does not know with 401', async () => {
      const answer = await forged.send({ method: 'GET', path: '/api/v1/namespaces' });
      expect([answer.status, answer.body]).toEqual([
        401,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'Unauthorized',
          reason: 'Unauthorized',
          code: 401,
        },
      ]);
    });

    it('refuses whoever sends no token with 403', async () => {
      const answer = await nobody.send({ method: 'GET', path: '/api/v1/namespaces' });
      expect([answer.status, answer.body]).toMatchObject([
        403,
        {
          reason: 'Forbidden',
          message:
            'namespaces is forbidden: User "system:anonymous" cannot list resource "namespaces" in API group "" at the cluster scope',
        },
      ]);
    });
  });
}

// Refusals and their forms: what a client can tell apart, and by which fields (writes.md A.3).
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { containing, having, including } from './matching.ts';
import { aConfigMap, aDeployment, aPod, op } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

export function describeAnswers(subject: () => Subject): void {
  describe('answers', () => {
    const room = aRoom(subject, 'answers');
    beforeAll(async () => {
      await room.make('configmaps', aConfigMap('map'));
      await room.make('deployments', aDeployment('web'));
    });

    it('answers a second create of a name with 409 AlreadyExists', async () => {
      const answer = await room.post(room.path('deployments'), aDeployment('web'));
      expect([answer.status, answer.body]).toEqual([
        409,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: 'deployments.apps "web" already exists',
          reason: 'AlreadyExists',
          details: { name: 'web', group: 'apps', kind: 'deployments' },
          code: 409,
        },
      ]);
    });

    it('names object, field and reason of each invalid value in causes', async () => {
      const answer = await room.patch(room.path('deployments', 'web'), 'merge', {
        spec: { replicas: -1, selector: { matchLabels: { app: 'other' } } },
      });
      expect([answer.status, answer.body]).toMatchObject([
        422,
        { reason: 'Invalid', details: { name: 'web', group: 'apps', kind: 'Deployment' } },
      ]);
      expect(treesAt(answer.body, 'details', 'causes')).toEqual(
        including(
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: -1: must be greater than or equal to 0',
            field: 'spec.replicas',
          },
          having({ reason: 'FieldValueInvalid', field: 'spec.selector' }),
          having({ reason: 'FieldValueInvalid', field: 'spec.template.metadata.labels' }),
        ),
      );
    });

    it('refuses a request above its limit', async () => {
      const answer = await room.patch(room.path('deployments', 'web'), 'json', [
        op('replace', '/spec/template/spec/containers/0/resources', {
          requests: { memory: '2Gi' },
          limits: { memory: '1Gi' },
        }),
      ]);
      expect([answer.status, treesAt(answer.body, 'details', 'causes')]).toEqual([
        422,
        [
          {
            reason: 'FieldValueInvalid',
            message: 'Invalid value: "2Gi": must be less than or equal to memory limit of 1Gi',
            field: 'spec.template.spec.containers[0].resources.requests',
          },
        ],
      ]);
    });

    it('refuses a variable with a value and a source', async () => {
      const answer = await room.patch(room.path('deployments', 'web'), 'json', [
        op('add', '/spec/template/spec/containers/0/env', [
          { name: 'A', value: '1', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ]),
      ]);
      expect([answer.status, treesAt(answer.body, 'details', 'causes')]).toMatchObject([
        422,
        [{ reason: 'FieldValueInvalid', field: 'spec.template.spec.containers[0].env[0].valueFrom' }],
      ]);
    });

    it('refuses a container without image, a mount without volume and a name that is none', async () => {
      const answer = await room.post(
        room.path('pods'),
        aPod('Pod_1', { image: '', volumeMounts: [{ name: 'absent', mountPath: '/x' }] }),
      );
      expect(answer.status).toBe(422);
      expect(
        treesAt(answer.body, 'details', 'causes').map((cause) => [textAt(cause, 'reason'), textAt(cause, 'field')]),
      ).toEqual(
        including(
          ['FieldValueInvalid', 'metadata.name'],
          ['FieldValueRequired', 'spec.containers[0].image'],
          ['FieldValueNotFound', 'spec.containers[0].volumeMounts[0].name'],
        ),
      );
    });

    it('refuses a probe without a handler and a port that is none', async () => {
      const bad = await room.post(
        room.path('deployments'),
        aDeployment('probed', {
          container: {
            readinessProbe: { periodSeconds: 1 },
            livenessProbe: { httpGet: { port: 70_000 }, successThreshold: 2 },
          },
        }),
      );
      const at = 'spec.template.spec.containers[0]';
      expect(treesAt(bad.body, 'details', 'causes').map((cause) => textAt(cause, 'field'))).toEqual(
        including(`${at}.readinessProbe`, `${at}.livenessProbe.httpGet.port`, `${at}.livenessProbe.successThreshold`),
      );
    });

    it('refuses most changes of the spec of a pod', async () => {
      await room.make('pods', aPod('fixed', {}, { nodeSelector: { nowhere: 'true' } }));
      const answer = await room.patch(room.path('pods', 'fixed'), 'merge', { spec: { hostNetwork: true } });
      expect([answer.status, treesAt(answer.body, 'details', 'causes')]).toMatchObject([
        422,
        [{ reason: 'FieldValueForbidden', field: 'spec' }],
      ]);
    });

    it('refuses without the right: 403 with user, verb, resource and namespace', async () => {
      const path = room.path('deployments', 'web');
      const answer = await room.patch(path, 'merge', { spec: { replicas: 1 } }, 'stranger');
      expect([answer.status, answer.body]).toEqual([
        403,
        {
          kind: 'Status',
          apiVersion: 'v1',
          metadata: {},
          status: 'Failure',
          message: `deployments.apps "web" is forbidden: User "${subject().userOf('stranger')}" cannot patch resource "deployments" in API group "apps" in the namespace "${room.namespace}"`,
          reason: 'Forbidden',
          details: { name: 'web', group: 'apps', kind: 'deployments' },
          code: 403,
        },
      ]);
    });

    it('says of a cluster-wide refusal that it is at the cluster scope', async () => {
      const answer = await room.get('/api/v1/nodes', 'stranger');
      expect(answer.body['message']).toBe(
        `nodes is forbidden: User "${subject().userOf('stranger')}" cannot list resource "nodes" in API group "" at the cluster scope`,
      );
    });

    it('needs the same right for a dry run', async () => {
      const path = `${room.path('deployments', 'web')}?dryRun=All`;
      expect((await room.patch(path, 'merge', { spec: { replicas: 1 } }, 'stranger')).status).toBe(403);
      expect((await room.patch(path, 'merge', { spec: { replicas: 1 } }, 'advisor')).status).toBe(200);
    });

    it('judges a subresource by a right of its own', async () => {
      const answer = await room.patch(room.path('deployments', 'web', 'scale'), 'merge', {}, 'advisor');
      expect([answer.status, answer.body['message']]).toEqual([
        403,
        `deployments.apps "web" is forbidden: User "${subject().userOf('advisor')}" cannot patch resource "deployments/scale" in API group "apps" in the namespace "${room.namespace}"`,
      ]);
    });

    it('gives the advisor no Secret', async () => {
      expect((await room.get(room.path('secrets'), 'advisor')).status).toBe(403);
    });

    it('refuses by admission with the same reason and other words: a service account that does not exist', async () => {
      const answer = await room.post(room.path('pods'), aPod('lonely', {}, { serviceAccountName: 'none' }));
      expect([answer.status, answer.body]).toMatchObject([
        403,
        {
          reason: 'Forbidden',
          message: `pods "lonely" is forbidden: error looking up service account ${room.namespace}/none: serviceaccount "none" not found`,
          details: { name: 'lonely', kind: 'pods' },
        },
      ]);
    });

    it('answers a create in a namespace that does not exist with 404', async () => {
      const answer = await room.post('/api/v1/namespaces/nowhere/configmaps', aConfigMap('map'));
      expect([answer.status, answer.body['message'], treeAt(answer.body, 'details')]).toEqual([
        404,
        'namespaces "nowhere" not found',
        { name: 'nowhere', kind: 'namespaces' },
      ]);
    });

    it('refuses a body for another namespace, and of another kind, with 400', async () => {
      const elsewhere = { ...aConfigMap('map'), metadata: { name: 'x', namespace: 'default' } };
      const moved = await room.post(room.path('configmaps'), elsewhere);
      expect([moved.status, moved.body['message']]).toEqual([
        400,
        'the namespace of the provided object does not match the namespace sent on the request',
      ]);
      const other = await room.post(room.path('configmaps'), aPod('map'));
      expect([other.status, other.body['reason']]).toEqual([400, 'BadRequest']);
    });

    it('refuses a body that is not JSON with 400', async () => {
      const answer = await room.send({ method: 'POST', path: room.path('configmaps'), body: '{"apiVersion": ' });
      expect([answer.status, answer.body['reason']]).toEqual([400, 'BadRequest']);
    });

    it('refuses a create that carries a version, though its dry run passes', async () => {
      const versioned = { ...aConfigMap('versioned'), metadata: { name: 'versioned', resourceVersion: '1' } };
      expect((await room.post(`${room.path('configmaps')}?dryRun=All`, versioned)).status).toBe(201);
      const answer = await room.post(room.path('configmaps'), versioned);
      expect([answer.status, answer.body['message']]).toEqual([
        500,
        'resourceVersion should not be set on objects to be created',
      ]);
    });

    it('refuses a method that a resource does not know with 405', async () => {
      const answer = await room.post(room.path('configmaps', 'map'), aConfigMap('map'));
      expect([answer.status, answer.body['reason']]).toEqual([405, 'MethodNotAllowed']);
    });

    it('deletes on condition of uid and version, and answers 409 when they differ', async () => {
      const path = room.path('configmaps', 'map');
      const uid = textAt(await room.read(path), 'metadata', 'uid');
      const otherUid = await room.remove(path, { preconditions: { uid: 'another' } });
      expect([otherUid.status, otherUid.body['message']]).toEqual([
        409,
        `Operation cannot be fulfilled on ConfigMap "map": the UID in the precondition (another) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
      ]);
      const otherVersion = await room.remove(path, { preconditions: { resourceVersion: '1' } });
      expect([otherVersion.status, textAt(otherVersion.body, 'message')]).toMatchObject([
        409,
        containing('the ResourceVersion in the precondition (1) does not match'),
      ]);
      expect((await room.remove(path, { preconditions: { uid } })).status).toBe(200);
      expect((await room.remove(path)).status).toBe(404);
    });

    it('answers a deletion with a Status that names the object, and for some kinds with the object', async () => {
      const made = await room.make('configmaps', aConfigMap('gone'));
      expect((await room.remove(room.path('configmaps', 'gone'))).body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'gone', kind: 'configmaps', uid: textAt(made, 'metadata', 'uid') },
      });
      await room.make('pods', aPod('unscheduled', {}, { nodeSelector: { nowhere: 'true' } }));
      expect((await room.remove(room.path('pods', 'unscheduled'))).body).toMatchObject({
        kind: 'Pod',
        metadata: { name: 'unscheduled' },
      });
    });
  });
}

// Access and token reviews: how the product learns what it may do, and who a person is (writes.md C.2).
import { describe, expect, it } from 'vitest';
import type { Answer } from './client.ts';
import { type Tree, treeAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { anyText, including } from './matching.ts';
import { aRoom } from './room.ts';
import type { Subject, Who } from './subject.ts';

const authorization = '/apis/authorization.k8s.io/v1';
const authentication = '/apis/authentication.k8s.io/v1';

export function describeReviews(subject: () => Subject): void {
  describe('reviews', () => {
    const room = aRoom(subject, 'reviews');
    const ask = async (root: string, kind: string, spec: Tree, who: Who = 'admin'): Promise<Answer> =>
      await room.post(`${root}/${kind.toLowerCase()}s`, { apiVersion: root.slice('/apis/'.length), kind, spec }, who);
    const mayI = async (who: Who, attributes: Tree): Promise<unknown> => {
      const answer = await ask(authorization, 'SelfSubjectAccessReview', { resourceAttributes: attributes }, who);
      expect(answer).toMatchObject({ status: 201 });
      return treeAt(answer.body, 'status')['allowed'];
    };
    const patchDeployments = { verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'default' };

    it('says to anyone what they may do themselves', async () => {
      expect(await mayI('admin', { verb: 'delete', group: '', resource: 'namespaces' })).toBe(true);
      expect(await mayI('advisor', patchDeployments)).toBe(true);
      expect(await mayI('advisor', { ...patchDeployments, verb: 'delete' })).toBe(false);
      expect(await mayI('advisor', { verb: 'list', group: '', resource: 'secrets' })).toBe(false);
      expect(await mayI('stranger', patchDeployments)).toBe(false);
    });

    it('tells a subresource, a namespace and the whole cluster apart', async () => {
      expect(await mayI('advisor', { ...patchDeployments, subresource: 'scale' })).toBe(false);
      const lease = { verb: 'update', group: 'coordination.k8s.io', resource: 'leases' };
      expect(await mayI('advisor', { ...lease, namespace: 'nemotron-advisor' })).toBe(true);
      expect(await mayI('advisor', { ...lease, namespace: 'default' })).toBe(false);
      expect(await mayI('advisor', lease)).toBe(false);
    });

    it('says what another user may do, to whoever may ask', async () => {
      const answer = await ask(
        authorization,
        'SubjectAccessReview',
        { user: subject().userOf('stranger'), groups: ['nobody'], resourceAttributes: patchDeployments },
        'advisor',
      );
      expect([answer.status, treeAt(answer.body, 'status')['allowed']]).toEqual([201, false]);
      const ofAdvisor = { user: subject().userOf('advisor'), resourceAttributes: patchDeployments };
      const allowed = await ask(authorization, 'SubjectAccessReview', ofAdvisor, 'advisor');
      expect(treeAt(allowed.body, 'status')).toMatchObject({ allowed: true, reason: anyText });
      expect((await ask(authorization, 'SubjectAccessReview', ofAdvisor, 'stranger')).status).toBe(403);
    });

    it('answers on a resource that it does not serve', async () => {
      const remediation = { verb: 'approve', group: 'nemotron-advisor.dev', resource: 'remediations' };
      expect(await mayI('admin', remediation)).toBe(true);
      expect(await mayI('stranger', remediation)).toBe(false);
    });

    it('counts only the groups that are passed', async () => {
      const spec = { user: 'someone', groups: ['system:masters'], resourceAttributes: patchDeployments };
      const answer = await ask(authorization, 'SubjectAccessReview', spec);
      expect(treeAt(answer.body, 'status')['allowed']).toBe(true);
      const without = await ask(authorization, 'SubjectAccessReview', { ...spec, groups: [] });
      expect(treeAt(without.body, 'status')['allowed']).toBe(false);
    });

    it('refuses a review of nobody with 422', async () => {
      const answer = await ask(authorization, 'SubjectAccessReview', { resourceAttributes: patchDeployments });
      expect([answer.status, treesAt(answer.body, 'details', 'causes').length > 0]).toEqual([422, true]);
    });

    it('refuses a review of nothing with 422', async () => {
      expect((await ask(authorization, 'SelfSubjectAccessReview', {})).status).toBe(422);
    });

    it('stores nothing and cannot be listed', async () => {
      const answer = await room.get(`${authorization}/selfsubjectaccessreviews`);
      expect([answer.status, answer.body['reason']]).toEqual([405, 'MethodNotAllowed']);
    });

    it('tells who one is', async () => {
      const answer = await ask(authentication, 'SelfSubjectReview', {}, 'advisor');
      expect(treeAt(answer.body, 'status')).toMatchObject({
        userInfo: {
          username: subject().userOf('advisor'),
          groups: including('system:serviceaccounts', 'system:authenticated'),
        },
      });
    });

    it('tells who a token belongs to, and nothing of one that it does not know', async () => {
      const known = await ask(authentication, 'TokenReview', { token: subject().tokenOf('advisor') }, 'advisor');
      expect(treeAt(known.body, 'status')).toMatchObject({
        authenticated: true,
        user: { username: subject().userOf('advisor') },
      });
      const forged = await ask(authentication, 'TokenReview', { token: 'forged' }, 'advisor');
      expect([forged.status, treeAt(forged.body, 'status')['authenticated']]).toEqual([201, undefined]);
      expect(treeAt(forged.body, 'status')['error']).toEqual(anyText);
    });
  });
}

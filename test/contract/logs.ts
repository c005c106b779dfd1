// The log of a container through the API server: which lines, of which run, and what is said when there are none.
import { beforeAll, describe, expect, it } from 'vitest';
import { textAt, treesAt } from '../../src/sandbox/api/tree.ts';
import { crashingImage } from './images.ts';
import { containing, matching } from './matching.ts';
import { aContainer, aPod } from './objects.ts';
import { aRoom } from './room.ts';
import type { Subject } from './subject.ts';

export function describeLogs(subject: () => Subject): void {
  describe('logs', () => {
    const room = aRoom(subject, 'logs');
    const log = (pod: string, query = ''): string => `${room.path('pods', pod, 'log')}${query}`;
    const isRunning = async (pod: string) =>
      expect(await room.read(room.path('pods', pod))).toMatchObject({ status: { phase: 'Running' } });
    beforeAll(async () => {
      await room.make('pods', aPod('web'));
      await room.make('pods', aPod('pair', {}, { containers: [aContainer(), aContainer({ name: 'helper' })] }));
      await room.make('pods', aPod('crash', { image: crashingImage }));
      await room.make('pods', aPod('homeless', {}, { nodeSelector: { nowhere: 'true' } }));
      await room.until(async () => {
        await isRunning('web');
        await isRunning('pair');
      });
    });

    it('is plain text, line by line', async () => {
      const answer = await room.get(log('web'));
      expect([answer.status, answer.text]).toEqual([200, 'reading configuration\nlistening on :8080\n']);
      expect(answer.headers['content-type']).toContain('text/plain');
    });

    it('is cut to the last lines and to a number of bytes', async () => {
      expect((await room.get(log('web', '?tailLines=1'))).text).toBe('listening on :8080\n');
      expect((await room.get(log('web', '?tailLines=0'))).text).toBe('');
      expect((await room.get(log('web', '?limitBytes=7'))).text).toBe('reading');
    });

    it('carries the time of each line when asked', async () => {
      const { text } = await room.get(log('web', '?timestamps=true&tailLines=1'));
      expect(text).toEqual(matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z listening on :8080\n$/));
    });

    it('is asked of one container, by name where there are several', async () => {
      expect((await room.get(log('pair', '?container=helper&tailLines=1'))).text).toBe('listening on :8080\n');
      const answer = await room.get(log('pair'));
      expect([answer.status, answer.body['reason'], answer.body['message']]).toEqual([
        400,
        'BadRequest',
        'a container name must be specified for pod pair, choose one of: [app helper]',
      ]);
    });

    it('refuses a container that the pod does not have', async () => {
      const answer = await room.get(log('web', '?container=none'));
      expect([answer.status, answer.body['reason'], answer.body['message']]).toEqual([
        400,
        'BadRequest',
        'container none is not valid for pod web',
      ]);
    });

    it('shows the run before the present one', async () => {
      await room.until(async () => {
        const pod = await room.read(room.path('pods', 'crash'));
        expect(Number(treesAt(pod, 'status', 'containerStatuses')[0]?.['restartCount'])).toBeGreaterThan(0);
      });
      const answer = await room.get(log('crash', '?previous=true'));
      expect([answer.status, answer.text]).toEqual([200, 'starting\nFATAL no route to database\n']);
    });

    it('says that there was no run before', async () => {
      const answer = await room.get(log('web', '?previous=true'));
      expect([answer.status, answer.body['message']]).toEqual([
        400,
        containing('previous terminated container "app" in pod "web" not found'),
      ]);
    });

    it('says that a container waits to start', async () => {
      await room.make('pods', aPod('waiting', { envFrom: [{ configMapRef: { name: 'absent' } }] }));
      await room.until(async () => {
        const pod = await room.read(room.path('pods', 'waiting'));
        expect(textAt(treesAt(pod, 'status', 'containerStatuses')[0] ?? {}, 'state', 'waiting', 'reason')).toBe(
          'CreateContainerConfigError',
        );
      });
      const answer = await room.get(log('waiting'));
      expect([answer.status, answer.body['message']]).toEqual([
        400,
        containing('container "app" in pod "waiting" is waiting to start'),
      ]);
    });

    it('has no content for a pod that has no node', async () => {
      const answer = await room.get(log('homeless'));
      expect([answer.status, answer.text]).toEqual([204, '']);
    });

    it('answers for an absent pod with 404, and refuses a number that is none', async () => {
      const answer = await room.get(log('none'));
      expect([answer.status, answer.body['message']]).toEqual([404, 'pods "none" not found']);
      expect((await room.get(log('web', '?tailLines=few'))).status).toBe(400);
      expect((await room.get(log('web', '?sinceSeconds=0'))).status).toBe(422);
      expect((await room.get(log('web', '?limitBytes=0'))).status).toBe(422);
      expect((await room.get(log('web', '?sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z'))).status).toBe(422);
      expect((await room.get(log('web', '?tailLines=-1'))).status).toBe(422);
    });

    it('needs a right of its own', async () => {
      expect((await room.get(log('web'), 'advisor')).status).toBe(200);
      expect((await room.get(log('web'), 'stranger')).body['message']).toBe(
        `pods "web" is forbidden: User "${subject().userOf('stranger')}" cannot get resource "pods/log" in API group "" in the namespace "${room.namespace}"`,
      );
    });
  });
}

// Stop while something is under way, and a stop that somebody else wrote: nothing new is sent, and only a person resumes.
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { stopConfigMap } from '../../src/model/mode.ts';
import { outageStage, type OutageStage } from './outage-stage.ts';
import { isFence, isWorkloadWrite } from './write-requests.ts';

const namespace = 'nemotron-advisor';
const configMaps = { group: '', version: 'v1', plural: 'configmaps' };
const ended = (stage: OutageStage) => (): boolean => stage.of('incident.resolved').length > 0;

async function resume(stage: OutageStage): Promise<void> {
  await stage.ask('PUT', '/switch', { stopped: false, reason: 'looked at' });
}

describe.concurrent('stop', () => {
  it('while a write is on its way: it is listed, its fence is the only write, and resume revalidates', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      await stage.sandbox.inject('incorrect-image');
      const onItsWay = Promise.withResolvers<undefined>();
      stage.api.rule((passing) => {
        if (!isWorkloadWrite(passing) || isFence(passing)) return { kind: 'pass' };
        onItsWay.resolve(undefined);
        return { kind: 'hang' };
      });
      const stepping = stage.until(() => false, 4);
      await onItsWay.promise;
      const stopped = await stage.ask('PUT', '/switch', { stopped: true, reason: 'wait' });
      expect(stopped).toMatchObject({ stopped: true, inFlight: [{ action: 'inc-1/p1/a1' }], held: [] });
      const sent = stage.api.seen.filter(isWorkloadWrite).length;
      await pause(1_000);
      expect(stage.api.seen.filter(isWorkloadWrite)).toHaveLength(sent);
      // The request was held, and its client gives up after its own deadline.
      await stepping;
      expect(stage.landed().map((one) => one.kind)).toEqual(['fence']);
      expect(stage.of('fence.settled')).toMatchObject([{ result: 'void' }]);
      await stage.until(() => false, 20);
      expect(stage.landed().map((one) => one.kind)).toEqual(['fence']);
      stage.api.rule(() => ({ kind: 'pass' }));
      await resume(stage);
      await stage.until(ended(stage));
      expect(stage.landed().map((one) => one.kind)).toEqual(['fence', 'change']);
      expect(stage.of('switch.resumed')).toMatchObject([{ reason: 'looked at' }]);
    } finally {
      await stage.close();
    }
  });

  it('by a ConfigMap that somebody wrote: it is latched, and deleting the ConfigMap does not resume', async () => {
    const stage = await outageStage();
    try {
      const person = stage.sandbox.api.server.port('kubectl-user');
      await person.create(configMaps, namespace, {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: stopConfigMap, namespace },
        data: { stopped: 'true', by: 'on-call', reason: 'change freeze' },
      });
      await stage.quiet();
      expect(stage.of('switch.stopped')).toMatchObject([{ by: 'on-call', door: 'configmap', reason: 'change freeze' }]);
      await person.delete(configMaps, namespace, stopConfigMap);
      await stage.sandbox.inject('incorrect-image');
      await stage.until(() => false, 20);
      expect(stage.landed()).toEqual([]);
      expect(await stage.ask('GET', '/switch')).toMatchObject({
        stopped: true,
        by: 'on-call',
        reason: 'change freeze',
      });
      const rulings = stage.of('plan.judged').flatMap((one) => one.verdicts.flatMap((verdict) => verdict.rulings));
      expect(rulings.filter((one) => one.rule === 'G03').map((one) => one.word)).toContain('deny');
      await resume(stage);
      await stage.until(ended(stage));
      expect(stage.landed().map((one) => one.kind)).toEqual(['change']);
    } finally {
      await stage.close();
    }
  });

  it('is what an unreadable stop switch means, for as long as it is unreadable', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      stage.api.rule(({ path }) =>
        path.includes(`/configmaps/${stopConfigMap}`)
          ? { kind: 'answer', status: 503, type: 'text/plain', body: 'no endpoints available' }
          : { kind: 'pass' },
      );
      await stage.sandbox.inject('incorrect-image');
      await stage.until(() => false, 20);
      expect(stage.landed()).toEqual([]);
      stage.api.rule(() => ({ kind: 'pass' }));
      await stage.until(ended(stage), 400);
      expect(stage.landed().map((one) => one.kind)).toEqual(['change']);
      expect(stage.of('switch.stopped')).toEqual([]);
    } finally {
      await stage.close();
    }
  });
});

// Malformed annotations and policy under a running advisor in auto: each only lowers what may happen, and says why.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outageStage } from './outage-stage.ts';

const deployments = { group: 'apps', version: 'v1', plural: 'deployments' };

describe.concurrent('a running advisor', () => {
  it('takes a mode that it cannot read for suggest, and writes nothing there', async () => {
    const stage = await outageStage();
    try {
      await stage.sandbox.api.server.port('kubectl-user').patch(deployments, 'web', 'search', 'merge', {
        metadata: { annotations: { 'nemotron-advisor.dev/mode': 'ауто\u202e' } },
      });
      await stage.quiet();
      await stage.sandbox.inject('incorrect-image');
      await stage.until(() => false, 40);
      expect(stage.landed()).toEqual([]);
      expect(stage.of('plan.judged')[0]).toMatchObject({ mode: 'suggest', verdicts: [{ wouldBe: true }] });
      expect(stage.of('plan.judged')[0]?.because).toContain('nemotron-advisor.dev/mode of web/deploy/search');
    } finally {
      await stage.close();
    }
  });

  it('asks a person for each act once its policy was broken, and names file and line', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      writeFileSync(join(stage.folder, 'policy', 'web.yaml'), 'allow:\n  - {action: rollbakc, namespace: web}\n');
      await stage.sandbox.inject('incorrect-image');
      await stage.until(() => stage.of('incident.resolved').length > 0);
      expect(stage.of('source.lost')).toMatchObject([{ source: 'policy' }]);
      expect(stage.of('source.lost')[0]?.reason).toMatch(/web\.yaml:2: .*rollbakc/);
      expect(stage.of('approval.decided')).toMatchObject([{ by: 'scripted-approver' }]);
      expect(stage.landed().map((one) => one.kind)).toEqual(['change']);
    } finally {
      await stage.close();
    }
  });

  it('does not start with a policy that is broken, and says where', async () => {
    const policies = { 'web.yaml': 'allow:\n  - {action: rollbakc, namespace: web}\n' };
    await expect(outageStage({ policies })).rejects.toMatchObject({
      problem: { code: 'policy-malformed', why: /web\.yaml:2/, exitCode: 2 },
    });
  });
});

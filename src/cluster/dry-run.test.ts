import { describe, expect, it } from 'vitest';
import type { WriteRequest } from '../model/write.ts';
import { createDryRun } from './dry-run.ts';
import { scripted } from './testing/script.ts';

const request: WriteRequest = {
  method: 'PATCH',
  resource: { group: 'apps', version: 'v1', plural: 'deployments' },
  namespace: 'shop',
  name: 'checkout',
  ops: [{ op: 'replace', path: '/spec/replicas', value: 5 }],
};
const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
const fields = { spec: { replicas: 5 } };

function aConflict(...causes: readonly (readonly [field: string, message: string])[]): unknown {
  return {
    reason: 'Conflict',
    details: { causes: causes.map(([field, message]) => ({ reason: 'FieldManagerConflict', field, message })) },
  };
}

describe('a dry run', () => {
  it('sends the very body of the write, marked as a dry run', async () => {
    const transport = scripted([{ answer: 200, body: { kind: 'Deployment' } }]);
    expect(await createDryRun(transport).send(request)).toMatchObject({ status: 200, object: { kind: 'Deployment' } });
    expect(transport.asked).toMatchObject([{ body: JSON.stringify(request.ops), query: { dryRun: 'All' } }]);
  });
});

describe('owners of the touched fields', () => {
  it('are asked for by an apply that is dry and not forced', async () => {
    const transport = scripted([{ answer: 200, body: {} }]);
    expect(await createDryRun(transport).owners(request, kind, fields)).toEqual([]);
    expect(transport.asked).toMatchObject([
      {
        method: 'PATCH',
        contentType: 'application/apply-patch+yaml',
        query: { fieldManager: 'k8s-nemotron-advisor', dryRun: 'All' },
      },
    ]);
    expect(transport.asked[0]?.query).not.toHaveProperty('force');
    expect(JSON.parse(transport.asked[0]?.body ?? '')).toEqual({
      ...kind,
      metadata: { name: 'checkout', namespace: 'shop' },
      ...fields,
    });
  });

  it('are the managers of the conflict, with or without a version, and not ourselves', async () => {
    const body = aConflict(
      ['.spec.replicas', 'conflict with "kube-controller-manager" with subresource "scale" using apps/v1'],
      ['.spec.paused', 'conflict with "helm"'],
      ['.spec.template', 'conflict with "k8s-nemotron-advisor" using apps/v1'],
    );
    expect(await createDryRun(scripted([{ answer: 409, body }])).owners(request, kind, fields)).toEqual([
      { field: '.spec.replicas', manager: 'kube-controller-manager' },
      { field: '.spec.paused', manager: 'helm' },
    ]);
  });

  it('are not known when the server says anything else', async () => {
    const answers = [
      { answer: 409, body: { reason: 'Conflict' } },
      { answer: 415, body: { reason: 'UnsupportedMediaType' } },
      { answer: 500, body: aConflict(['.spec', 'conflict with "helm"']) },
    ];
    const dryRun = createDryRun(scripted(answers));
    const words = [
      await dryRun.owners(request, kind, fields),
      await dryRun.owners(request, kind, fields),
      await dryRun.owners(request, kind, fields),
    ];
    expect(words).toEqual([null, null, null]);
  });

  it('leave out causes that name no manager', async () => {
    const body = aConflict(['.spec', 'something else'], ['.spec.paused', 'conflict with "helm"']);
    expect(await createDryRun(scripted([{ answer: 409, body }])).owners(request, kind, fields)).toEqual([
      { field: '.spec.paused', manager: 'helm' },
    ]);
  });
});

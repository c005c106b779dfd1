import { describe, expect, it } from 'vitest';
import { keyOf } from '../../model/target.ts';
import { aContext, aFact } from '../testing/signs.ts';
import { aPod, aRevision, aTemplate, aView, aWorkload, deployment, type Parts } from '../testing/view.ts';
import { missingConfigMap } from './missing-configmap.ts';

const mailer = deployment('mailer');
const spec = (name: string): ReturnType<typeof aTemplate> =>
  aTemplate({
    containers: [
      {
        name: 'app',
        image: 'mailer:1',
        env: [{ name: 'SMTP_HOST', valueFrom: { configMapKeyRef: { name, key: 'smtp-host' } } }],
      },
    ],
  });
const stuck = aPod(mailer, 'mailer-a', {
  ready: false,
  statuses: [
    {
      name: 'app',
      state: { waiting: { reason: 'CreateContainerConfigError', message: 'configmap "mailer-config" not found' } },
    },
  ],
});
const findings = [aFact('config-missing', mailer)];

function world(more: Partial<Parts> = {}): ReturnType<typeof aView> {
  return aView({
    workloads: [aWorkload(mailer, spec('mailer-config'))],
    pods: [stuck],
    revisions: new Map([[keyOf(mailer), [aRevision(1, spec('mailer-config'), { current: true })]]]),
    configMaps: ['kube-root-ca.crt'],
    ...more,
  });
}

describe('CFG-003 missing_configmap', () => {
  it('advises with the exact name and key in the first revision, and writes nothing', () => {
    const found = missingConfigMap.diagnose(aContext(mailer, world(), { findings }));
    expect(found).toMatchObject({ strength: 'strong', remedies: [] });
    expect(found?.advice[0]).toBe(
      'create the ConfigMap mailer-config in namespace shop with the key smtp-host; its values are known to the owner of mailer only',
    );
  });

  it('names a ConfigMap with nearly the same name', () => {
    const found = missingConfigMap.diagnose(aContext(mailer, world({ configMaps: ['mailer-confg'] }), { findings }));
    expect(found?.advice[1]).toContain('mailer-confg');
  });

  it('rolls back when the reference came with the last revision', () => {
    const revisions = new Map([
      [keyOf(mailer), [aRevision(1, spec('other')), aRevision(2, spec('mailer-config'), { current: true })]],
    ]);
    const found = missingConfigMap.diagnose(aContext(mailer, world({ revisions }), { findings }));
    expect(found?.remedies).toMatchObject([{ action: 'rollback', params: { revision: 1 } }]);
  });

  it('is ruled out once the ConfigMap exists', () => {
    const found = missingConfigMap.diagnose(aContext(mailer, world({ configMaps: ['mailer-config'] }), { findings }));
    expect(found?.strength).toBe('ruled out');
  });

  it('is only likely where ConfigMaps cannot be listed', () => {
    expect(missingConfigMap.diagnose(aContext(mailer, world({ without: ['ConfigMap'] }), { findings }))?.strength).toBe(
      'fair',
    );
  });

  it('leaves a missing root certificate to the control plane', () => {
    const pods = [
      aPod(mailer, 'mailer-a', {
        statuses: [
          {
            name: 'app',
            state: {
              waiting: { reason: 'CreateContainerConfigError', message: 'configmap "kube-root-ca.crt" not found' },
            },
          },
        ],
      }),
    ];
    expect(missingConfigMap.diagnose(aContext(mailer, world({ pods })))).toBeNull();
  });
});

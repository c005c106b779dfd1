import { describe, expect, it } from 'vitest';
import { aPod, aRevision, aService, aTemplate, aView, aWorkload, deployment } from '../diagnosis/testing/view.ts';
import { privateAnnotation, privateNamesOf } from './private-names.ts';

const template = aTemplate({ containers: [] });
const web = deployment('web');
const apollo = deployment('apollo');
const ledger = deployment('ledger', 'pay');
const marked = { [privateAnnotation]: 'true' };

describe('private names', () => {
  it('are none where nobody marked anything', () => {
    const view = aView({ workloads: [aWorkload(web, template)], pods: [aPod(web, 'web-1')] });
    expect(privateNamesOf(view)).toEqual([]);
  });

  it('are those of a marked workload, its pods, revisions and Services', () => {
    const view = aView({
      workloads: [aWorkload(web, template), aWorkload(apollo, template, { annotations: marked })],
      pods: [aPod(web, 'web-1'), aPod(apollo, 'apollo-1')],
      services: [aService(web), aService(apollo, 'moon')],
      revisions: new Map([['shop/Deployment/apollo', [aRevision(1, template, { name: 'apollo-7c9f' })]]]),
    });
    expect(privateNamesOf(view)).toEqual(expect.arrayContaining(['apollo', 'apollo-1', 'moon']));
    expect(privateNamesOf(view)).not.toContain('web');
    expect(privateNamesOf(view)).not.toContain('web-1');
    expect(privateNamesOf(view)).not.toContain('shop');
  });

  it('are all names in a marked namespace, and its own', () => {
    const view = {
      ...aView({
        workloads: [aWorkload(web, template), aWorkload(ledger, template)],
        pods: [aPod(ledger, 'ledger-1'), aPod(deployment('job', 'pay'), 'settle-2911')],
        services: [aService(ledger, 'books')],
        configMaps: ['merger-settings'],
      }),
      namespaces: new Map([
        ['pay', { labels: {}, annotations: marked }],
        ['shop', { labels: {}, annotations: {} }],
      ]),
    };
    expect(privateNamesOf(view)).toEqual(['books', 'ledger', 'ledger-1', 'merger-settings', 'pay', 'settle-2911']);
  });

  it('need the exact word', () => {
    const view = aView({ workloads: [aWorkload(apollo, template, { annotations: { [privateAnnotation]: 'yes' } })] });
    expect(privateNamesOf(view)).toEqual([]);
  });
});

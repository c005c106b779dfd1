import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { auditReader, parseAuditLine } from './audit.ts';

function aLine(change: Record<string, unknown> = {}): string {
  return JSON.stringify({
    stage: 'ResponseComplete',
    requestURI: '/apis/apps/v1/namespaces/shop/deployments/cart?fieldManager=x',
    verb: 'patch',
    user: { username: 'ann' },
    stageTimestamp: '2026-01-10T00:00:05.250000Z',
    objectRef: { resource: 'deployments', namespace: 'shop', name: 'cart', apiGroup: 'apps' },
    responseStatus: { code: 200 },
    ...change,
  });
}

describe('an audit line', () => {
  it('becomes the record that the sandbox would keep', () => {
    expect(parseAuditLine(aLine({ requestObject: { spec: { replicas: 2 } } }))).toEqual({
      atMs: Date.UTC(2026, 0, 10, 0, 0, 5, 250),
      user: 'ann',
      verb: 'patch',
      uri: '/apis/apps/v1/namespaces/shop/deployments/cart?fieldManager=x',
      group: 'apps',
      resource: 'deployments',
      subresource: '',
      namespace: 'shop',
      name: 'cart',
      dryRun: false,
      code: 200,
      body: '{"spec":{"replicas":2}}',
    });
  });

  it.each([
    ['the query', { requestURI: '/api/v1/nodes/a?dryRun=All' }],
    ['the body of a delete', { requestObject: { kind: 'DeleteOptions', dryRun: ['All'] } }],
    ['the delete options of an eviction', { requestObject: { deleteOptions: { dryRun: ['All'] } } }],
  ])('is a dry run when %s says so', (_, change) => {
    expect(parseAuditLine(aLine(change))?.dryRun).toBe(true);
  });

  it('counts only once the answer is complete', () => {
    expect(parseAuditLine(aLine({ stage: 'RequestReceived' }))).toBeNull();
  });

  it('may name no resource and no status', () => {
    const line = aLine({ requestURI: '/version', verb: 'get', objectRef: undefined, responseStatus: undefined });
    expect(parseAuditLine(line)).toMatchObject({ resource: '', namespace: '', name: '', code: 0 });
  });
});

describe('the audit log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lab-audit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read while it grows, a line only when it is whole', () => {
    const file = join(folder, 'audit.log');
    const read = auditReader(file);
    expect(read()).toEqual([]);
    const second = aLine({ user: { username: 'bé' } });
    const cut = second.indexOf('é') + 1;
    appendFileSync(file, `${aLine()}\n${second.slice(0, cut)}`);
    expect(read().map(({ user }) => user)).toEqual(['ann']);
    appendFileSync(file, `${second.slice(cut)}\n`);
    expect(read().map(({ user }) => user)).toEqual(['ann', 'bé']);
  });
});

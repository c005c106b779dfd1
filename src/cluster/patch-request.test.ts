import { describe, expect, it } from 'vitest';
import { exitCodes, Failure } from '../model/failure.ts';
import type { WriteRequest } from '../model/write.ts';
import { sendPatch } from './patch-request.ts';
import { scripted } from './testing/script.ts';
import type { ApiRequest, Transport } from './transport.ts';

const request: WriteRequest = {
  method: 'PATCH',
  resource: { group: 'apps', version: 'v1', plural: 'deployments' },
  namespace: 'shop',
  name: 'checkout',
  ops: [{ op: 'replace', path: '/spec/replicas', value: 5 }],
};

function failing(code: string): Transport {
  const problem = { code, what: 'no', why: 'because', next: 'wait', exitCode: exitCodes.unreachable };
  return scripted([{ fails: new Failure(problem) }]);
}

function answering(status: number, json: unknown, headers: Readonly<Record<string, string>> = {}): Transport {
  return {
    ...scripted([]),
    request: () =>
      Promise.resolve({ status, json, text: '', headers: { get: (name) => headers[name.toLowerCase()] ?? null } }),
  };
}

describe('what is sent', () => {
  it('is the operations alone, with manager, strict validation and the server-side timeout', async () => {
    const transport = scripted([{ answer: 200, body: {} }]);
    await sendPatch(transport, request, { dryRun: 'All' });
    expect(transport.asked).toEqual([
      {
        method: 'PATCH',
        path: '/apis/apps/v1/namespaces/shop/deployments/checkout',
        query: { fieldManager: 'k8s-nemotron-advisor', fieldValidation: 'Strict', timeout: '10s', dryRun: 'All' },
        contentType: 'application/json-patch+json',
        body: '[{"op":"replace","path":"/spec/replicas","value":5}]',
        timeoutMs: 15_000,
      },
    ]);
  });

  it('hands on who wants to know when it leaves', async () => {
    const transport = scripted([{ answer: 200, body: {} }]);
    const onLeave = (): void => undefined;
    await sendPatch(transport, request, {}, undefined, onLeave);
    expect(transport.asked).toMatchObject([{ onLeave } satisfies Partial<ApiRequest>]);
  });
});

describe('what comes back', () => {
  it('is the object and the warnings of a write that landed', async () => {
    const reply = await sendPatch(answering(200, { kind: 'Deployment' }, { warning: '299 - "old"' }), request, {});
    expect(reply).toEqual({
      status: 200,
      reason: 'OK',
      object: { kind: 'Deployment' },
      fields: [],
      summary: 'accepted',
      retryAfterS: null,
      warnings: ['299 - "old"'],
    });
  });

  it('is the fields of a refusal, and never its message', async () => {
    const json = {
      kind: 'Status',
      reason: 'Invalid',
      message: 'Deployment "checkout" is invalid: PASSWORD=hunter2',
      details: { causes: [{ field: 'spec.replicas', message: 'hunter2' }, { message: 'no field' }] },
    };
    const reply = await sendPatch(answering(422, json), request, {});
    expect(reply).toMatchObject({ status: 422, reason: 'Invalid', fields: ['spec.replicas'], object: null });
    expect(JSON.stringify(reply)).not.toContain('hunter2');
  });

  it('tells flow control, which is plain text, from a budget, which is not', async () => {
    const flow = await sendPatch(answering(429, null, { 'retry-after': '2' }), request, {});
    const budget = await sendPatch(answering(429, { reason: 'TooManyRequests' }), request, {});
    expect([flow, budget]).toMatchObject([
      { reason: 'FlowControl', retryAfterS: 2 },
      { reason: 'TooManyRequests', retryAfterS: null },
    ]);
  });

  it('is no success when a 200 holds no object', async () => {
    expect(await sendPatch(answering(200, null), request, {})).toMatchObject({ status: 200, object: null });
  });

  it('is silence without a status when no answer came, was cut, or was a page', async () => {
    const codes = ['cluster-unreachable', 'answer-truncated', 'not-an-api-server'];
    const replies = await Promise.all(codes.map(async (code) => await sendPatch(failing(code), request, {})));
    expect(replies).toMatchObject(codes.map((reason) => ({ status: null, reason, summary: 'because' })));
  });

  it('is an answer when the credential was refused', async () => {
    expect(await sendPatch(failing('token-expired'), request, {})).toMatchObject({ status: 401 });
  });

  it('is silence for any other fault of ours, and does not quote it', async () => {
    const reply = await sendPatch(scripted([{ fails: new Error('PASSWORD=hunter2') }]), request, {});
    expect(reply).toMatchObject({ status: null, reason: 'no answer', summary: 'the connection failed' });
  });
});

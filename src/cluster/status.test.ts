import { describe, expect, it } from 'vitest';
import { readFailure, statusOf, summaryOf } from './status.ts';

const answer = (status: number, json: unknown): Parameters<typeof readFailure>[0] => ({
  status,
  json,
  text: '',
  headers: { get: () => null },
});
const forbidden =
  'deployments.apps is forbidden: User "system:serviceaccount:a:b" cannot list resource "deployments" in API group "apps" in the namespace "shop"';

describe('the status of a refused request', () => {
  it.each([
    [forbidden, 'no right to list deployments in shop'],
    [
      'nodes is forbidden: User "x" cannot watch resource "nodes" in API group "" at the cluster scope',
      'no right to watch nodes',
    ],
    [
      'admission webhook "policy.example.com" denied the request: {"spec":{"env":"secret"}}',
      'the admission webhook policy.example.com denied it',
    ],
    ['Internal error: failed calling webhook "x": connect refused', 'an admission webhook could not be called'],
    ['pods "a" is forbidden: exceeded quota: main, requested: cpu=1', 'a resource quota is used up'],
    ['Pod "a" is invalid: spec: {"password":"hunter2"}', '422 Invalid'],
  ])('is told in a few words of ours: %s', (message, expected) => {
    expect(summaryOf({ message, reason: 'Invalid' }, 422)).toBe(expected);
  });

  it('is only a number when the server says nothing', () => {
    expect(summaryOf({}, 500)).toBe('500');
  });

  it.each([null, 'text', { code: 'many' }, []])('is empty for what is no Status: %j', (json) => {
    expect(statusOf({ json, status: 500, text: '' })).toEqual({});
  });

  it('is a failure of rights with exit 5 for 403, and of the server with exit 4 for others', () => {
    const denied = readFailure(answer(403, { message: forbidden }), 'list deployments').problem;
    const broken = readFailure(answer(500, {}), 'list deployments').problem;

    expect(denied).toMatchObject({ code: 'forbidden', exitCode: 5, why: 'no right to list deployments in shop' });
    expect(broken).toMatchObject({
      code: 'read-refused',
      exitCode: 4,
      what: 'the cluster refused to list deployments',
    });
  });

  it('never repeats what may quote an object', () => {
    const { problem } = readFailure(
      answer(422, { reason: 'Invalid', message: 'spec: {"password":"hunter2"}' }),
      'read x',
    );

    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });
});

import { describe, expect, it } from 'vitest';
import { faultOfStatus, isOfTheModel, isPassing } from './fault.ts';

const about = { keyName: 'NVIDIA_API_KEY', nowMs: Date.parse('2026-01-05T14:00:00Z') };

describe('a status of the endpoint', () => {
  it.each([
    [401, 'key-refused'],
    [403, 'key-refused'],
    [402, 'no-credit'],
    [404, 'not-entitled'],
    [410, 'retired'],
    [400, 'not-taken'],
    [413, 'not-taken'],
    [418, 'not-taken'],
    [422, 'not-taken'],
    [429, 'throttled'],
    [408, 'failing'],
    [500, 'failing'],
    [503, 'failing'],
    [529, 'failing'],
    [301, 'no-endpoint'],
    [101, 'no-endpoint'],
  ])('%i is %s', (status, kind) => {
    const fault = faultOfStatus(status, null, about);
    expect(fault.kind).toBe(kind);
    expect(fault.detail).toMatch(new RegExp(`^${status} from the endpoint; `));
  });

  it('names the variable whose key was refused', () => {
    expect(faultOfStatus(401, null, about).detail).toBe('401 from the endpoint; NVIDIA_API_KEY is set but refused');
  });

  it.each([
    ['7', 7_000],
    ['0.5', 500],
    ['Mon, 05 Jan 2026 14:01:00 GMT', 60_000],
    ['Mon, 05 Jan 2026 13:00:00 GMT', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
    ['999999999', 3_600_000],
  ])('reads retry-after %s', (header, waitMs) => {
    expect(faultOfStatus(429, header, about).retryAfterMs).toBe(waitMs);
    expect(faultOfStatus(503, header, about).retryAfterMs).toBe(waitMs);
  });

  it('tells what may pass by itself from what another model may mend', () => {
    const of = (status: number) => faultOfStatus(status, null, about);
    expect([429, 500, 401, 404].map((status) => isPassing(of(status)))).toEqual([true, true, false, false]);
    expect([404, 410, 401, 500].map((status) => isOfTheModel(of(status)))).toEqual([true, true, false, false]);
  });
});

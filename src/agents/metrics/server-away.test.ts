import { describe, expect, it } from 'vitest';
import { isServerAway } from './server-away.ts';

describe('a server', () => {
  it.each([
    'it refuses the connection',
    'it cannot be reached',
    'no answer within 15 s',
    'its certificate has expired',
    'it redirects to https://login, which is not followed',
    'it answers 401: the token or tenant is not accepted',
    'it answers 403: the token or tenant is not accepted',
    'it answers 404: is the path of its address right?',
    'it answers 405: long queries are sent by POST',
    'it answers 429: says too many requests',
    'it answers 503: says upstream connect error',
    'there was no time left to read it',
  ])('is away when it says: %s', (unreadable) => {
    expect(isServerAway({ unreadable })).toBe(true);
  });

  it.each([
    'its answer is larger than 32 MiB',
    'its answer has more than the 50000 series that are read',
    'its answer has more than the 16777216 points that are read',
    'it answers 400: says exceeded maximum resolution of 11,000 points per timeseries',
    'it answers 413: says too large',
    'it answers 422: says query processing would load too many samples into memory',
  ])('may answer another query when it says: %s', (unreadable) => {
    expect(isServerAway({ unreadable })).toBe(false);
  });

  it('is there when it answers, were it with nothing', () => {
    expect(isServerAway({ rows: [] })).toBe(false);
    expect(isServerAway(undefined)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { assert, constantFrom, integer, property, tuple } from 'fast-check';
import { parseQuantity } from '../model/quantity.ts';
import { amounts, canonical } from './amounts.ts';

describe('canonical', () => {
  it.each([
    ['memory', '0.25Gi', '256Mi'],
    ['memory', '1024Mi', '1Gi'],
    ['memory', '384Mi', '384Mi'],
    ['memory', '268435456', '268435456'],
    ['memory', '500000000', '500M'],
    ['memory', '1.5G', '1500M'],
    ['memory', '1e9', '1e9'],
    ['cpu', '0.5', '500m'],
    ['cpu', '1000m', '1'],
    ['cpu', '250m', '250m'],
    ['cpu', 'half', 'half'],
  ] as const)('writes %s %s as the server does: %s', (resource, text, shown) => {
    expect(canonical(resource, text)).toBe(shown);
  });

  it('keeps the number', () => {
    const texts = tuple(integer({ min: 1, max: 100_000 }), constantFrom('', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi')).map(
      ([count, suffix]) => `${count}${suffix}`,
    );

    assert(
      property(texts, (text) => {
        expect(parseQuantity(canonical('memory', text))).toBe(parseQuantity(text));
      }),
    );
  });
});

describe('amounts', () => {
  it.each([[{ memory: '384Mi' }], [{ cpu: '500m' }], [{ cpu: '0.29' }], [{ memory: '1Gi', cpu: '2' }]])(
    'takes %j',
    (given) => {
      expect(amounts('limits').parse(given)).toEqual(given);
    },
  );

  it.each([
    [{}, 'limits names no amount: leave it out or give memory or cpu'],
    [{ memory: '0' }, 'limits.memory must be whole bytes above 0, such as 384Mi'],
    [{ memory: '-1Mi' }, 'limits.memory must be whole bytes above 0, such as 384Mi'],
    [{ memory: '1500m' }, 'limits.memory must be whole bytes above 0, such as 384Mi'],
    [{ memory: 'much' }, 'limits.memory must be whole bytes above 0, such as 384Mi'],
    [{ memory: 384 }, 'limits.memory must be text such as 384Mi'],
    [{ cpu: '0.0001' }, 'limits.cpu must be whole millicores above 0, such as 500m or 2'],
    [{ cpu: '0' }, 'limits.cpu must be whole millicores above 0, such as 500m or 2'],
    [{ cpu: 2 }, 'limits.cpu must be text such as 500m'],
    [{ gpu: '1' }, 'limits may hold memory and cpu, nothing else'],
    ['384Mi', 'limits may hold memory and cpu, nothing else'],
  ])('refuses %j', (given, why) => {
    expect(amounts('limits').safeParse(given).error?.issues[0]?.message).toBe(why);
  });
});

import { describe, expect, it } from 'vitest';
import { keepBaselines } from './baselines.ts';
import { paceOf } from './model/pace.ts';
import type { BaselineStore } from './store/baselines.ts';

const minuteMs = 60_000;
const ignore = (): void => undefined;

function aStore(kept: Uint8Array | { readonly missing: string }): BaselineStore & { readonly written: Uint8Array[] } {
  const written: Uint8Array[] = [];
  return {
    written,
    keep: (pieces) => {
      const bytes = Buffer.concat([...pieces]);
      written.push(bytes);
      return Promise.resolve({ kept: true, bytes: bytes.byteLength });
    },
    read: () => Promise.resolve(kept),
  };
}
const agent = (answer: { restored: true } | { restored: false; why: string }) => ({
  learned: () => [Uint8Array.from([7])],
  recall: () => answer,
});

describe('baselines', () => {
  it.each([
    ['restored', new Uint8Array(2 ** 20), { restored: true as const }, 'baselines restored from 1.0 MiB'],
    [
      'damaged',
      new Uint8Array(3),
      { restored: false as const, why: 'its checksum does not hold' },
      'the baselines are damaged (its checksum does not hold): warms up again',
    ],
    [
      'not there',
      { missing: 'nothing was kept yet' },
      { restored: true as const },
      'no baselines (nothing was kept yet): warms up',
    ],
  ])('say that they are %s', async (what, kept, answer, said) => {
    expect(await keepBaselines(aStore(kept), agent(answer), paceOf(1), ignore).recall(0)).toEqual({
      isRestored: what === 'restored',
      said,
    });
  });

  it('are kept every half hour of the cluster, and when asked', async () => {
    const store = aStore({ missing: 'nothing was kept yet' });
    const baselines = keepBaselines(store, agent({ restored: true }), paceOf(1), ignore);
    for (let minute = 0; minute <= 65; minute += 1) await baselines.keepWhenDue(minute * minuteMs);
    expect(store.written).toHaveLength(2);
    await baselines.keep();
    expect(store.written).toHaveLength(3);
  });

  it('are kept more often where time runs faster', async () => {
    const store = aStore({ missing: 'nothing was kept yet' });
    const baselines = keepBaselines(store, agent({ restored: true }), paceOf(20), ignore);
    for (let second = 0; second <= 185; second += 1) await baselines.keepWhenDue(second * 1_000);
    expect(store.written).toHaveLength(2);
  });

  it('say why they cannot be kept', async () => {
    const told: string[] = [];
    const full = {
      ...aStore({ missing: '' }),
      keep: () => Promise.resolve({ kept: false as const, why: 'disk full' }),
    };
    await keepBaselines(full, agent({ restored: true }), paceOf(1), (why) => told.push(why)).keep();
    expect(told).toEqual(['disk full']);
  });
});

import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createBank, type Bank } from '../agents/anomaly/stream/bank.ts';
import { aFolder, type TestFolder } from '../../test/builders/folder.ts';
import { baselineFile, createBaselineStore, restoreBaselines } from './baselines.ts';

const minuteMs = 60_000;
const startMs = Date.UTC(2026, 0, 5);
const folders: TestFolder[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) folder.remove();
});

function aPath(): string {
  const folder = aFolder();
  folders.push(folder);
  return folder.path;
}

function add(bank: Bank, ids: readonly number[]): void {
  for (const id of ids)
    bank.add({ id: `s-${id}`, direction: 'both', stepMs: minuteMs, deltaMin: 0.01, profile: `p-${id % 3}` });
}

/** Samples by id, so that the slot of a series changes nothing. */
function run(bank: Bank, from: number, to: number): void {
  for (let cycle = from; cycle < to; cycle += 1) {
    const values = new Float64Array(bank.slots()).fill(Number.NaN);
    for (const [slot, series] of bank.roster().entries())
      if (series !== null) values[slot] = ((Number(series.id.slice(2)) * 31 + cycle) * 0.618_033_988_749_894_9) % 1;
    bank.step(startMs + cycle * minuteMs, values);
  }
}

/** All that a bank says, by id. */
function wordsOf(bank: Bank): unknown {
  return bank
    .suspects(0)
    .map(({ id, slot, surprise }) => [id, surprise, bank.surprise(slot), bank.votes(slot), bank.state(slot)]);
}

describe('the baselines beside the journal', () => {
  it('gives back the bytes that were kept last', async () => {
    const store = createBaselineStore({ folder: aPath() });
    expect(await store.keep([Uint8Array.of(1, 2, 3)])).toEqual({ kept: true, bytes: 3 });
    expect(await store.keep([Uint8Array.of(4, 5)])).toEqual({ kept: true, bytes: 2 });
    expect(await store.read()).toEqual(Uint8Array.of(4, 5));
  });

  it('leaves one file that only its owner can read, even where a half one lay open to all', async () => {
    const folder = join(aPath(), 'state');
    mkdirSync(folder);
    writeFileSync(join(folder, `${baselineFile}.part`), 'half', { mode: 0o644 });
    await createBaselineStore({ folder }).keep([Uint8Array.of(1)]);

    expect(readdirSync(folder)).toEqual([baselineFile]);
    expect(statSync(join(folder, baselineFile)).mode & 0o777).toBe(0o600);
  });

  it('makes a folder that is not there, for its owner alone', async () => {
    const folder = join(aPath(), 'a', 'b');
    await createBaselineStore({ folder }).keep([Uint8Array.of(1)]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('writes one after the other when told twice at once', async () => {
    const store = createBaselineStore({ folder: aPath() });
    await Promise.all([store.keep([new Uint8Array(100_000).fill(1)]), store.keep([new Uint8Array(90_000).fill(2)])]);
    expect(await store.read()).toEqual(new Uint8Array(90_000).fill(2));
  });

  it('keeps what was there when more is given than it may hold', async () => {
    const store = createBaselineStore({ folder: aPath(), mostBytes: 2 * 2 ** 20 });
    await store.keep([Uint8Array.of(7)]);
    expect(await store.keep([new Uint8Array(2 ** 20), new Uint8Array(2 ** 20), new Uint8Array(1)])).toEqual({
      kept: false,
      why: 'baselines are larger than the 2.0 MiB kept',
    });
    expect(await store.read()).toEqual(Uint8Array.of(7));
  });

  it('asks for a piece when the one before it is written, and lets others work in between', async () => {
    const order: string[] = [];
    const pieces = function* (): Generator<Uint8Array> {
      for (const name of ['first', 'second', 'third']) {
        order.push(name);
        yield Uint8Array.of(1);
      }
    };
    const kept = createBaselineStore({ folder: aPath() }).keep(pieces());
    while (!order.includes('third')) {
      await new Promise(setImmediate);
      order.push('others');
    }
    expect(await kept).toEqual({ kept: true, bytes: 3 });
    // Within one turn others may come before or after a piece; over two they come in between.
    expect(order.slice(order.indexOf('first'), order.indexOf('third'))).toContain('others');
  });

  it('says why when it cannot write, leaves what was there, and can be asked again', async () => {
    const folder = aPath();
    const store = createBaselineStore({ folder });
    mkdirSync(join(folder, `${baselineFile}.part`));
    expect(await store.keep([Uint8Array.of(1)])).toHaveProperty('why', expect.stringContaining('cannot be written'));
    expect(await store.read()).toEqual({ missing: 'nothing was kept yet' });
  });

  it.each([
    ['is no file', (path: string): void => mkdirSync(path)],
    [
      'has 3.0 MiB, more than the 2.0 MiB read',
      (path: string): void => writeFileSync(path, new Uint8Array(3 * 2 ** 20)),
    ],
  ])('says that what lies there %s', async (why, lay) => {
    const folder = aPath();
    lay(join(folder, baselineFile));
    expect(await createBaselineStore({ folder, mostBytes: 2 * 2 ** 20 }).read()).toHaveProperty(
      'missing',
      expect.stringContaining(why),
    );
  });
});

describe('restoring baselines', () => {
  it('says that there are none yet', async () => {
    const bank = createBank();
    const store = createBaselineStore({ folder: aPath() });
    expect(await restoreBaselines(store, (bytes) => bank.restore(bytes))).toBe(
      'no baselines (nothing was kept yet): warms up',
    );
  });

  it('goes on as if it had never stopped, with series that came and went', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 460 }),
        fc.array(fc.nat(11), { maxLength: 4 }),
        fc.array(fc.integer({ min: 12, max: 20 }), { maxLength: 4 }),
        async (cycles, leave, come) => {
          const kept = createBaselineStore({ folder: aPath() });
          const running = createBank({ shardSeries: 8 });
          const restarted = createBank({ shardSeries: 8 });
          add(running, [...Array(12).keys()]);
          run(running, 0, cycles);
          await kept.keep([running.snapshot()]);
          expect(await restoreBaselines(kept, (bytes) => restarted.restore(bytes))).toContain('baselines restored');
          for (const bank of [running, restarted]) {
            for (const id of leave) bank.remove(bank.slotOf(`s-${id}`) ?? -1);
            add(bank, come);
            run(bank, cycles, cycles + 40);
          }
          expect(wordsOf(restarted)).toEqual(wordsOf(running));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('is bit for bit what never stopped when the series stay', async () => {
    const kept = createBaselineStore({ folder: aPath() });
    const running = createBank();
    const restarted = createBank();
    add(running, [...Array(12).keys()]);
    run(running, 0, 410);
    await kept.keep([running.snapshot()]);
    await restoreBaselines(kept, (bytes) => restarted.restore(bytes));
    run(running, 410, 450);
    run(restarted, 410, 450);
    expect(restarted.snapshot()).toEqual(running.snapshot());
  });

  it('says that any damage is one, and leaves the bank as it was', async () => {
    const folder = aPath();
    const store = createBaselineStore({ folder });
    const path = join(folder, baselineFile);
    const bank = createBank();
    add(bank, [0, 1, 2]);
    run(bank, 0, 5);
    await store.keep([bank.snapshot()]);
    const whole = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, bits, cuts) => {
          const damaged = Buffer.from(cuts ? whole.subarray(0, at) : whole);
          if (!cuts) damaged[at]! ^= bits;
          writeFileSync(path, damaged);
          const fresh = createBank();
          expect(await restoreBaselines(store, (bytes) => fresh.restore(bytes))).toMatch(
            /^the baselines are damaged \(.+\): warms up again$/,
          );
          expect(fresh.size()).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes a throw for damage', async () => {
    const store = createBaselineStore({ folder: aPath() });
    await store.keep([Uint8Array.of(1)]);
    const restore = (): never => {
      throw new Error('out of range');
    };
    expect(await restoreBaselines(store, restore)).toBe('the baselines are damaged (out of range): warms up again');
  });
});

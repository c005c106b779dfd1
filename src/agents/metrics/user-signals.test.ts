import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../../test/builders/folder.ts';
import { openUserSignals } from './user-signals.ts';

const never = new AbortController().signal;
const aSignal = (name: string, query = 'orders'): string =>
  `signals:\n  - { name: ${name}, query: ${query}, of: { node: node }, unit: count, direction: up, floor: { absolute: 1 } }\n`;

describe('signals of users', () => {
  let folder: TestFolder;
  let path: string;
  beforeEach(() => {
    folder = aFolder({ 'signals.yaml': aSignal('first') });
    path = join(folder.path, 'signals.yaml');
  });
  afterEach(() => folder.remove());

  /** Two writes within one tick of the file system have one time; this one is told apart. */
  const change = (text: string, second: number): void => {
    folder.write('signals.yaml', text);
    utimesSync(path, second, second);
  };

  it('are taken up at the start', async () => {
    const signals = await openUserSignals(path);
    expect(signals.current().map((one) => one.definition.id)).toEqual(['custom.first']);
    expect(signals.problems()).toEqual([]);
  });

  it('end the start when the file is broken, with place, mistake and what to write', async () => {
    change(aSignal('first', 'rate(orders[5m]'), 10);
    await expect(openUserSignals(path)).rejects.toMatchObject({
      problem: {
        code: 'signals-invalid',
        why: expect.stringContaining(`${path}:2:`) as unknown,
        exitCode: 2,
      },
    });
  });

  it.each([
    ['away', 'gone.yaml', /cannot be read/],
    ['a folder', '.', /cannot be read/],
  ])('end the start when the file is %s', async (_what, name, why) => {
    await expect(openUserSignals(join(folder.path, name))).rejects.toMatchObject({
      problem: { why: expect.stringMatching(why) as unknown },
    });
  });

  it('end the start when the file is too large', async () => {
    change(`# ${'x'.repeat(300_000)}\n`, 10);
    await expect(openUserSignals(path)).rejects.toMatchObject({
      problem: { why: expect.stringContaining('300003 bytes') as unknown },
    });
  });

  it('are read again when the file changes', async () => {
    const signals = await openUserSignals(path);
    change(aSignal('second'), 20);
    await signals.refresh(never);
    expect(signals.current().map((one) => one.definition.id)).toEqual(['custom.second']);
  });

  it('stay as they were while the file is broken, and it is said why', async () => {
    const signals = await openUserSignals(path);
    change(aSignal('second', 'orders('), 20);
    await signals.refresh(never);
    expect(signals.current().map((one) => one.definition.id)).toEqual(['custom.first']);
    expect(signals.problems()).toEqual([
      {
        capability: 'changed signals of users',
        reason: expect.stringMatching(/signals\.yaml:2:\d+: the query .*; write PromQL/) as unknown,
        cost: 'the 1 signals of before stay in use',
      },
    ]);
    change(aSignal('third'), 30);
    await signals.refresh(never);
    expect([signals.current().map((one) => one.definition.id), signals.problems()]).toEqual([['custom.third'], []]);
  });

  it('stay as they were while the file is away', async () => {
    const signals = await openUserSignals(path);
    folder.remove();
    await signals.refresh(never);
    expect(signals.current()).toHaveLength(1);
    expect(signals.problems()[0]?.reason).toContain('cannot be read');
  });
});

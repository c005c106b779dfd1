// Plays one fault until its incident is diagnosed and its victims have shown, and keeps both orders as the journal has them.
import { keyOf } from '../../src/model/target.ts';
import type { Roots } from '../../src/model/roots.ts';
import type { Fault } from '../../src/sandbox/faults/fault.ts';
import { sandboxStage } from '../../test/scenario/sandbox-stage.ts';

const minute = 60_000;
const quietMs = 6 * minute;
const longestMs = 40 * minute;
const victimsMs = 12 * minute;

export type RootRun = {
  readonly fault: string;
  readonly seed: number;
  /** Key of the object where the root was put. */
  readonly expected: string;
  /** Root that the product took; null when no incident was diagnosed. */
  readonly chosen: string | null;
  readonly roots: Roots | null;
};

export async function runRoots(fault: Fault, seed: number): Promise<RootRun> {
  const stage = await sandboxStage(seed);
  try {
    const { advisor, clock } = stage;
    const until = async (limitMs: number, ends: () => boolean): Promise<void> => {
      const end = clock.now() + limitMs;
      while (clock.now() < end && !ends()) await stage.pass();
    };
    await until(quietMs, () => false);
    const injectedMs = clock.now();
    await stage.inject(fault.name);
    const diagnosed = () =>
      [...advisor.state().incidents.values()].filter((one) => one.openedAtMs >= injectedMs && one.roots !== undefined);
    await until(longestMs, () => diagnosed().length > 0);
    // Victims turn bad after their root: the order that counts is the one with all of them in it.
    await until(victimsMs, () => false);
    const expected = keyOf(fault.expected.root);
    const found = diagnosed();
    const incident = found.find((one) => one.roots?.weighed.some(({ of }) => keyOf(of) === expected)) ?? found[0];
    return {
      fault: fault.name,
      seed,
      expected,
      chosen: incident === undefined ? null : keyOf(incident.root),
      roots: incident?.roots ?? null,
    };
  } finally {
    await stage.close();
  }
}

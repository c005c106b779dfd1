import { describe, expect, it, vi } from 'vitest';
import { steppedClock } from '../../clock.ts';
import type { ClusterPort } from '../cluster-port.ts';
import type { FaultContext } from './fault.ts';
import { tightLimit } from './tight-limit.ts';

const minuteMs = 60_000;
const unused = (): never => {
  throw new Error('nobody asks for it');
};

/** A world that notes the versions of cart in the order in which they are rolled out; each patch after `last` is refused. */
function aWorld(last = Number.POSITIVE_INFINITY) {
  const versions: (string | undefined)[] = [];
  const patch = vi.fn<ClusterPort['patch']>(async (...[, , , , body]) => {
    if (versions.length >= last) throw new Error('the world has ended');
    versions.push(/shop\/cart:([\d.]+)/.exec(JSON.stringify(body))?.[1]);
    return await Promise.resolve({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'cart' } });
  });
  const port: ClusterPort = { get: unused, list: unused, watch: unused, create: unused, patch, delete: unused };
  const physics = { setMemoryDemand: unused, setLoadFactor: unused, setCpuFactor: unused, setHanging: unused };
  const clock = steppedClock(0);
  const context: FaultContext = { port, physics, clock, timeScale: 1 };
  return { context, clock, versions, patch };
}

describe('a limit that is too small', () => {
  it('is followed within a minute by the version that fails', async () => {
    const { context, clock, versions } = aWorld();
    await tightLimit.inject(context);
    clock.advance(minuteMs);
    expect(versions).toEqual(['1.7.6', '1.8.0']);
  });

  it('is followed by nothing when it is healed before', async () => {
    const { context, clock, versions } = aWorld();
    await tightLimit.inject(context);
    await tightLimit.heal(context);
    clock.advance(2 * minuteMs);
    expect(versions).toEqual(['1.7.6', '1.7.5']);
  });

  it('is followed once, a minute after the last of two', async () => {
    const { context, clock, versions } = aWorld();
    await tightLimit.inject(context);
    clock.advance(minuteMs / 2);
    await tightLimit.inject(context);
    clock.advance(2 * minuteMs);
    expect(versions).toEqual(['1.7.6', '1.7.6', '1.8.0']);
  });

  it('is healed in its own world alone', async () => {
    const [one, other] = [aWorld(), aWorld()];
    await tightLimit.inject(one.context);
    await tightLimit.inject(other.context);
    await tightLimit.heal(other.context);
    one.clock.advance(minuteMs);
    expect(one.versions).toEqual(['1.7.6', '1.8.0']);
  });

  it('fails nothing when the world ended before the minute', async () => {
    const { context, clock, patch } = aWorld(1);
    await tightLimit.inject(context);
    clock.advance(minuteMs);
    await expect(patch.mock.results[1]?.value).rejects.toThrow('the world has ended');
  });
});

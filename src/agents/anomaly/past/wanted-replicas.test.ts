import { describe, expect, it } from 'vitest';
import {
  aRig,
  deployment,
  minuteMs,
  raised,
  type Rig,
  type Series,
  startMs,
} from '../../../../test/builders/signals.ts';
import { aDeployment, aView } from '../../../../test/builders/view.ts';

const id = 'signal:ready@shop/Deployment/cart';
const hour = 60;
const ready = (level: (minute: number) => number): Series => ({
  signal: 'ready',
  of: deployment(),
  level: (atMs) => level(Math.round((atMs - startMs) / minuteMs)),
});

/** An agent whose past shows as many replicas as an autoscaler wanted on each day: another number every day. */
const scaled = (replicas: number): Rig => {
  const past = ready((minute) => 6 + 2 * (Math.abs(Math.floor(minute / (24 * hour))) % 3));
  return aRig([past], { view: aView({ Deployment: [aDeployment({ replicas })] }) });
};

describe('ready replicas', () => {
  it('are missed against those that are wanted, though the usual number differs from day to day', () => {
    const rig = scaled(8);
    expect(raised(rig.run(3 * hour, [ready(() => 8)]))).toEqual([]);
    expect(raised(rig.run(10, [ready(() => 7)]))).toEqual([id]);
  });

  it('are all there when fewer are wanted', () => {
    const rig = scaled(3);
    expect(raised(rig.run(3 * hour, [ready(() => 3)]))).toEqual([]);
  });

  it('are not missed where as many are usually missing', () => {
    const rig = scaled(8);
    rig.run(3 * hour, [ready(() => 7)]);
    expect(raised(rig.run(hour, [ready(() => 7)]).slice(-20))).toEqual([]);
    expect(raised(rig.run(10, [ready(() => 5)]))).toEqual([id]);
  });

  it('say what should be ready', () => {
    const rig = scaled(8);
    rig.run(3 * hour, [ready(() => 8)]);
    const finding = rig.run(10, [ready(() => 6)]).at(-1)?.findings[0];
    expect(finding).toMatchObject({ value: 6, baseline: 8, direction: 'down' });
  });
});

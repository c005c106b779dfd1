import { describe, expect, it } from 'vitest';
import { aTable, traitsOf } from '../../../test/builders/findings.ts';
import {
  aRig,
  deployment,
  observationOf,
  type Rig,
  type Series,
  shippedSignals,
  startMs,
} from '../../../test/builders/signals.ts';
import { aDeployment, aView } from '../../../test/builders/view.ts';
import type { SignalFinding } from '../../model/finding.ts';
import { paceOf } from '../../model/pace.ts';
import type { SignalId } from '../../model/signal.ts';
import type { LaneProblem } from './lanes/lane.ts';
import { createLeastChanges } from './least-changes.ts';
import { windowsOf } from './settings.ts';

const prefix = 'nemotron-advisor.dev';
const of = (annotations: Readonly<Record<string, string>>) =>
  aView({ Deployment: [aDeployment({ name: 'cart', annotations })] });
const at = (signal: SignalId, value: number, weight?: number): Series => ({
  signal,
  level: () => value,
  ...(weight === undefined ? {} : { weight }),
});

/** Findings of the window test after twelve minutes at another level. */
function found(
  signal: SignalId,
  from: number,
  to: number,
  annotations: Readonly<Record<string, string>>,
  weight?: number,
) {
  const rig: Rig = aRig([at(signal, from)], { view: of(annotations) });
  const findings = rig.run(12, [at(signal, to, weight)]).at(-1)?.findings ?? [];
  return findings.filter((one): one is SignalFinding => one.id.startsWith('signal:'));
}

describe('what matters on a workload', () => {
  it('is what its annotation says, and the sentence shows it', () => {
    const annotations = { [`${prefix}/least-change`]: 'network.receive=200kB/s' };
    expect(found('network.receive', 200_000, 900_000, {})).toEqual([]);
    const [finding] = found('network.receive', 200_000, 900_000, annotations);
    expect(finding?.floor).toBe(200_000);
    expect(finding?.explanation).toContain('+700 kB/s, 3.5 times the 200 kB/s that matters here (its annotation)');
    expect(finding?.notes?.join('; ')).toContain('what matters is 200 kB/s (its annotation) or 1.5 times the normal');
  });

  it('is a factor, too, where the annotation has one', () => {
    const loose = { [`${prefix}/least-change`]: 'network.receive=50kB/s' };
    const strict = { [`${prefix}/least-change`]: 'network.receive=50kB/s x1.1' };
    expect(found('network.receive', 2_000_000, 2_600_000, loose)).toEqual([]);
    const [finding] = found('network.receive', 2_000_000, 2_600_000, strict);
    expect(finding?.explanation).toContain('3 times the 200 kB/s that matters here (its annotation)');
  });

  it('can be more than in the catalogue', () => {
    const annotations = { [`${prefix}/least-change`]: 'sli.latency=2s' };
    expect(found('sli.latency', 0.2, 1.5, {})).toHaveLength(1);
    expect(found('sli.latency', 0.2, 1.5, annotations)).toEqual([]);
  });

  it('is half of what the objective may lose, where that is less', () => {
    const slo = { [`${prefix}/slo`]: 'availability=99.95/30d' };
    expect(found('sli.err', 0.0005, 0.009, {})).toEqual([]);
    const [finding] = found('sli.err', 0.0005, 0.009, slo);
    expect(finding?.floor).toBeCloseTo(0.0005, 6);
    expect(finding?.notes?.join('; ')).toContain('0.025 points (half of what availability may lose)');
    expect(found('sli.err', 0.0005, 0.004, { [`${prefix}/slo`]: 'availability=99/30d' })[0]?.floor).toBeUndefined();
  });

  it('is never less than a handful of requests', () => {
    const slo = { [`${prefix}/slo`]: 'availability=99.95/30d' };
    expect(found('sli.err', 0, 0.008, slo, 400)).toEqual([]);
    expect(found('sli.err', 0, 0.008, slo, 40_000)).toHaveLength(1);
  });

  it('is a fifth of the promised time, for p99 and the median alike', () => {
    const slo = { [`${prefix}/slo`]: 'latency=99@100ms/30d; latency=99.9@500ms/30d' };
    expect(found('sli.latency', 0.06, 0.1, {})).toEqual([]);
    const [finding] = found('sli.latency', 0.06, 0.1, slo);
    expect(finding?.floor).toBeCloseTo(0.02, 9);
    expect(finding?.explanation).toContain(
      '2 times the 20 ms that matters here (a fifth of the 100 ms of its objective)',
    );
    expect(found('sli.latency_p50', 0.06, 0.1, slo)).toHaveLength(1);
  });

  it('is what the annotation says before what an objective does', () => {
    const both = { [`${prefix}/slo`]: 'latency=99@100ms/30d', [`${prefix}/least-change`]: 'sli.latency=80ms' };
    expect(found('sli.latency', 0.06, 0.12, both)).toEqual([]);
  });

  it('does not decide what a write is taken back for', () => {
    const view = of({ [`${prefix}/least-change`]: 'sli.err=90%' });
    const rig = aRig([at('sli.err', 0.001)], { view });
    rig.run(10, [at('sli.err', 0.001)]);
    const writtenAtMs = rig.nowMs();
    const settledAtMs = writtenAtMs - paceOf(1).rateWindowMs;
    const words = Array.from({ length: 6 }, () => {
      rig.note(15_000, [at('sli.err', 0.3)]);
      return rig.agent.harmed([{ signal: 'sli.err', of: deployment() }], writtenAtMs, settledAtMs).word;
    });
    expect(words.at(-1)).toBe('harmed');
  });
});

describe('following what is declared', () => {
  const setUp = () => {
    const told: LaneProblem[] = [];
    const table = aTable();
    table.note(observationOf(startMs, [at('sli.latency', 0.2)]));
    const changes = createLeastChanges(
      shippedSignals,
      () => undefined,
      [],
      windowsOf(paceOf(1)),
      (one) => told.push(one),
    );
    const floor = (text: string | null): number | undefined => {
      changes.follow(table, of(text === null ? {} : { [`${prefix}/least-change`]: text }));
      return table.get('sli.latency@shop/Deployment/cart')?.traits.floor.absolute;
    };
    return { told, floor };
  };

  it('takes a floor back when its annotation goes, and takes the new one when it changes', () => {
    const { floor } = setUp();
    expect([floor('sli.latency=20ms'), floor('sli.latency=30ms'), floor(null)]).toEqual([0.02, 0.03, 0.05]);
    expect(traitsOf('sli.latency').floor.absolute).toBe(0.05);
  });

  it('tells a mistake once and keeps to the catalogue', () => {
    const { floor, told } = setUp();
    expect([floor('sli.latency=20'), floor('sli.latency=20')]).toEqual([0.05, 0.05]);
    expect(told).toHaveLength(1);
    expect(told[0]?.what).toBe('the least changes of shop/deploy/cart are those of the catalogue');
    expect(told[0]?.why).toContain('nemotron-advisor.dev/least-change: "20" is no change of sli.latency');
  });

  it('knows no signal of nodes on a workload', () => {
    const { floor, told } = setUp();
    floor('node.disk=5%');
    expect(told[0]?.why).toContain('"node.disk" is no signal of a workload');
  });
});

import { describe, expect, it } from 'vitest';
import { aView } from '../../test/builders/view.ts';
import type { Observation } from '../model/signal.ts';
import { createHindsight, type Known } from './hindsight.ts';

const nothing: Known = {
  today: { view: null, why: 'no cluster is named' },
  owners: { series: 5, cluster: 0, alone: 0 },
  stepMs: 60_000,
  unwatched: [],
  trouble: [],
};

function observed(missing: Observation['missing']): Observation {
  return { atMs: 0, samples: [], sources: [], missing };
}

const latency = { capability: 'latency', reason: 'Prometheus: no series', cost: 'slow answers are not seen' };

describe('what a backtest could not judge', () => {
  it('always names the facts of the API', () => {
    const [first] = createHindsight().told(nothing);
    expect(first?.what).toContain('OOM kills');
    expect(first?.why).toContain('not kept in a history');
  });

  it('says why there is no cluster, and what that costs', () => {
    const why = createHindsight()
      .told(nothing)
      .find((one) => one.what === 'rollouts')?.why;
    expect(why).toContain('no cluster is named');
  });

  it("says that today's limits were taken where there is one", () => {
    const told = createHindsight().told({ ...nothing, today: { view: aView({}), why: '' } });
    expect(told.map((one) => one.what)).toContain('limits and requests of the past');
  });

  it.each([
    [300_000, /every 1 min, this read every 5 min: .* later here, .* is not found$/],
    [15_000, /every 15 s: .* sooner here, .* may be found here alone$/],
  ])('says that cycles of another length than those of a run (%i ms) find at another time', (stepMs, why) => {
    const told = createHindsight().told({ ...nothing, stepMs });
    expect(told.find((one) => one.what === 'the delays of a run')?.why).toMatch(why);
    expect(
      createHindsight()
        .told(nothing)
        .map((one) => one.what),
    ).not.toContain('the delays of a run');
  });

  it('counts pods that nobody owns', () => {
    const told = createHindsight().told({ ...nothing, owners: { series: 5, cluster: 2, alone: 3 } });
    expect(told.map((one) => one.what)).toContain('3 of 10 pods as parts of a workload');
  });

  it('names objectives that nothing measured', () => {
    const objective = { what: 'the objective availability of shop/deploy/cart is not counted', why: 'no count' };
    expect(createHindsight().told({ ...nothing, unwatched: [objective] })).toContainEqual(objective);
  });

  it('says in how many cycles something was missing, and nothing of the number when it always was', () => {
    const hindsight = createHindsight();
    hindsight.cycle(observed([latency]));
    hindsight.cycle(observed([latency]));
    expect(hindsight.told(nothing).at(-1)?.why).toBe('Prometheus: no series; slow answers are not seen');
    hindsight.cycle(observed([]));
    expect(hindsight.told(nothing).at(-1)?.why).toContain('in 2 of 3 cycles');
  });

  it('leaves out what was missing for a moment only', () => {
    const hindsight = createHindsight();
    for (let cycle = 0; cycle < 100; cycle += 1) hindsight.cycle(observed(cycle === 0 ? [latency] : []));
    expect(hindsight.told(nothing).map((one) => one.what)).not.toContain('latency');
  });

  it('names the signals whose past could not be read, by the reason, and on how many days', () => {
    const hindsight = createHindsight();
    hindsight.unlearned(new Map([['sli.err', 'it answers 503']]));
    hindsight.unlearned(new Map());
    hindsight.unlearned(
      new Map([
        ['sli.err', 'it answers 503'],
        ['sli.rps', 'it answers 503'],
      ]),
    );
    expect(hindsight.told(nothing).at(-1)).toEqual({
      what: 'the past of sli.err, sli.rps',
      why: 'it answers 503, on 2 of the days that teach what is usual: they were compared with less of it, or with none',
    });
  });

  it('tells each trouble of the server once, with its first time', () => {
    const at = (fromMs: number) => ({ what: 'latency', reason: 'it answers 503', fromMs });
    const told = createHindsight().told({ ...nothing, trouble: [at(0), at(60_000)] });
    expect(told.filter((one) => one.why === 'it answers 503')).toEqual([
      { what: 'latency from 1970-01-01T00:00Z', why: 'it answers 503' },
    ]);
  });

  it('stays short, however much went wrong', () => {
    const trouble = Array.from({ length: 200 }, (_, at) => ({ what: `measure ${at}`, reason: 'no', fromMs: 0 }));
    expect(createHindsight().told({ ...nothing, trouble })).toHaveLength(30);
  });
});

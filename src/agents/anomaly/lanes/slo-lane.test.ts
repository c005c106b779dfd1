import { describe, expect, it } from 'vitest';
import { createAnomalyAgent } from '../anomaly-agent.ts';
import { dayMs, deployment, minuteMs, startMs, shippedSignals } from '../../../../test/builders/signals.ts';
import { aDeployment, aView } from '../../../../test/builders/view.ts';
import type { Finding, SignalFinding } from '../../../model/finding.ts';
import { paceOf } from '../../../model/pace.ts';
import type { History, Sample } from '../../../model/signal.ts';
import type { LaneProblem } from './lane.ts';

type Minute = { readonly err: number | null; readonly requests: number; readonly slow?: number };

const annotated = (text: string) => ({
  ...aDeployment({ name: 'cart' }),
  metadata: { ...aDeployment({ name: 'cart' }).metadata, annotations: { 'nemotron-advisor.dev/slo': text } },
});

/** One workload with an objective, fed minute by minute; `requests` are those of a minute. */
function aService(
  options: {
    readonly slo?: string;
    readonly openFindings?: readonly Finding[];
    readonly pastErr?: number;
    /** The past is learned a day at a time, as a replay of history does. */
    readonly byDay?: true;
  } = {},
) {
  const { slo = 'availability=99.9/30d', openFindings = [], pastErr } = options;
  const told: LaneProblem[] = [];
  const agent = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals, tell: (one) => told.push(one) });
  const view = aView({ Deployment: [annotated(slo)] });
  const past = pastErr === undefined ? [] : [pastOf('sli.err', pastErr), pastOf('sli.rps', 10)];
  for (const part of options.byDay === true ? daysOf(past) : [past]) agent.learn(part);
  let nowMs = startMs;
  const minute = ({ err, requests, slow = 0 }: Minute): readonly SignalFinding[] => {
    nowMs += minuteMs;
    const of = deployment();
    const weight = requests * 2;
    const samples: Sample[] = [
      ...(err === null ? [] : [{ key: { signal: 'sli.err' as const, of }, atMs: nowMs, value: err, weight }]),
      {
        key: { signal: 'sli.latency', of },
        atMs: nowMs,
        value: 0.2,
        weight,
        buckets: [
          [0.3, weight * (1 - slow)],
          [Number.POSITIVE_INFINITY, weight],
        ],
      },
    ];
    const { findings } = agent.assess(
      { atMs: nowMs, samples, sources: [{ source: 'prometheus', newestMs: nowMs }], missing: [] },
      view,
      { openFindings },
    );
    return findings.filter((one): one is SignalFinding => one.kind === 'signal' && one.level === 'impact');
  };
  return {
    agent,
    told,
    nowMs: () => nowMs,
    run: (minutes: number, of: Minute) => Array.from({ length: minutes }, () => minute(of)),
  };
}

function pastOf(signal: 'sli.err' | 'sli.rps', value: number): History {
  const stepMs = 15 * minuteMs;
  const points = Array.from({ length: 96 * 8 }, (_, index) => ({
    atMs: startMs - 8 * dayMs + (index + 1) * stepMs,
    value,
  }));
  return { key: { signal, of: deployment() }, stepMs, points };
}

function daysOf(past: readonly History[]): readonly History[][] {
  return Array.from({ length: 8 }, (_, day) =>
    past.map((one) => ({ ...one, points: one.points.slice(96 * day, 96 * (day + 1)) })),
  );
}

const good: Minute = { err: 0, requests: 600 };
const failing: Minute = { err: 0.5, requests: 600 };

describe('the impact lane', () => {
  it('opens at once when a budget burns, and says what is known and what is not', () => {
    const service = aService({ pastErr: 0 });
    service.run(30, good);
    const findings = service.run(3, failing).at(-1) ?? [];
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      id: 'slo:availability@shop/Deployment/cart',
      severity: 'critical',
      confidence: 'validated',
      level: 'impact',
      burn: { slo: 'availability', objective: 0.999, longMs: 60 * minuteMs, shortMs: 5 * minuteMs },
    });
    expect(findings[0]?.sentence).toMatch(
      /^\d\.\d+ % of 3\d{4} requests to shop\/deploy\/cart failed in 1 h, 0\.1 % may: the budget burns \d+(\.\d+)? times too fast \(\d+ times in the last 5 min\), .* of 30 days' budget went\. Harm is measured; its cause is not validated$/,
    );
  });

  it('dates the onset to the first bad minute', () => {
    const service = aService({ pastErr: 0 });
    service.run(30, good);
    const beganMs = service.nowMs();
    const [finding] = service.run(6, failing).at(-1) ?? [];
    expect(Math.abs((finding?.onsetMs ?? 0) - beganMs)).toBeLessThanOrEqual(minuteMs);
  });

  it.each([0.0005, 0.0012, 0.002])('dates it to the fault where %d of the requests failed before it', (base) => {
    const service = aService({ pastErr: base });
    service.run(360, { err: base, requests: 30_000 });
    const beganMs = service.nowMs();
    const [finding] = service.run(3, { err: 0.3, requests: 30_000 }).at(-1) ?? [];
    expect(Math.abs((finding?.onsetMs ?? 0) - beganMs)).toBeLessThanOrEqual(minuteMs);
    const [first = 0, last = 0] = finding?.onsetRangeMs ?? [];
    expect(first).toBeLessThanOrEqual(beganMs);
    expect(last).toBeGreaterThanOrEqual(beganMs);
    expect(last - first).toBeLessThanOrEqual(3 * minuteMs);
  });

  it('dates a page on top of a slow burn by itself, and keeps that when it slows down again', () => {
    const slow: Minute = { err: 0.012, requests: 600 };
    const service = aService({ slo: 'availability=99/30d', pastErr: 0.012 });
    const [ticket] = service.run(60, slow).at(-1) ?? [];
    const beganMs = service.nowMs();
    const [page] = service.run(20, { err: 0.9, requests: 600 }).at(-1) ?? [];
    expect([ticket?.severity, page?.severity]).toEqual(['warning', 'critical']);
    expect(ticket?.onsetMs).toBeLessThan(beganMs - 60 * minuteMs);
    expect(page?.onsetMs).toBe(beganMs);
    const [again] = service.run(120, slow).at(-1) ?? [];
    expect([again?.severity, again?.onsetMs]).toEqual(['warning', page?.onsetMs]);
  });

  it('keeps its onset over a restart', () => {
    const first = aService({ pastErr: 0 });
    first.run(30, good);
    const [open] = first.run(4, failing).at(-1) ?? [];
    const second = aService({ pastErr: 0, openFindings: open === undefined ? [] : [open] });
    const [kept] = second.run(3, failing).at(-1) ?? [];
    expect([kept?.onsetMs, kept?.onsetRangeMs]).toEqual([open?.onsetMs, open?.onsetRangeMs]);
  });

  it('carries the test that it passed', () => {
    const service = aService({ pastErr: 0 });
    const [finding] = service.run(6, failing).at(-1) ?? [];
    expect(finding?.test.name).toBe('burn rate 14.4 over 1 h and 5 min');
    expect(finding?.test.p).toBeLessThan(1e-6);
    expect(finding?.chart?.slice(-2)).toEqual([
      [service.nowMs() - minuteMs, 0.5],
      [service.nowMs(), 0.5],
    ]);
    expect(finding?.notes?.[0]).toBe('objective 99.9 % over 30 days, declared in annotation nemotron-advisor.dev/slo');
  });

  it('opens a ticket, not a page, for a budget that is used up just too fast', () => {
    const service = aService({ slo: 'availability=99/30d', pastErr: 0.012 });
    const [finding] = service.run(1, { err: 0.012, requests: 600 }).at(-1) ?? [];
    expect(finding).toMatchObject({ severity: 'warning', burn: { longMs: 3 * dayMs } });
  });

  it('sees a slow burn of three days in a past that is learned a day at a time', () => {
    const service = aService({ slo: 'availability=99/30d', pastErr: 0.012, byDay: true });
    const [finding] = service.run(1, { err: 0.012, requests: 600 }).at(-1) ?? [];
    expect(finding).toMatchObject({ severity: 'warning', burn: { longMs: 3 * dayMs } });
    expect(finding?.notes?.join()).not.toContain('of the long window only');
  });

  it('takes in a past that is read only while it runs, and counts nothing twice', () => {
    const slow: Minute = { err: 0.012, requests: 600 };
    const service = aService({ slo: 'availability=99/30d' });
    expect(service.run(30, slow).at(-1)).toEqual([]);
    service.agent.learn([pastOf('sli.err', 0.012), pastOf('sli.rps', 10)]);
    const [finding] = service.run(1, slow).at(-1) ?? [];
    expect(finding).toMatchObject({ severity: 'warning', burn: { longMs: 3 * dayMs } });
    // Ten requests a second for three days are 2592000, whole quarters of an hour of them are counted.
    expect(finding?.sentence).toMatch(/of 258\d{4} requests/);
  });

  it('fills its windows from the past, so that a start in the middle of a fault sees it at once', () => {
    expect(aService({ pastErr: 0.1 }).run(1, { err: 0.1, requests: 600 }).at(-1)).toHaveLength(1);
  });

  it('without a past lets a short stretch spend only what was seen of the hour', () => {
    const burning: Minute = { err: 0.1, requests: 600 };
    expect(aService().run(8, burning).at(-1)).toEqual([]);
    expect(aService().run(10, burning).at(-1)).toHaveLength(1);
  });

  it('closes after ten cycles with a clean short window', () => {
    const service = aService({ pastErr: 0 });
    service.run(3, failing);
    const counts = service.run(40, good).map((one) => one.length);
    expect(counts.slice(0, 14)).toEqual(Array.from({ length: 14 }, () => 1));
    expect(counts.at(-1)).toBe(0);
  });

  it('holds while nothing can be counted: no data is not good data', () => {
    const service = aService({ pastErr: 0 });
    service.run(3, failing);
    const silent = service.run(45, { err: null, requests: 0 });
    expect(silent.at(-1)).toHaveLength(1);
  });

  it('leaves a service alone that keeps its objective, and one without requests', () => {
    const service = aService({ pastErr: 0.0005 });
    expect(service.run(120, { err: 0.0005, requests: 600 }).flat()).toEqual([]);
    expect(aService().run(120, { err: null, requests: 0 }).flat()).toEqual([]);
  });

  it('counts slow requests over the bucket of the threshold', () => {
    const service = aService({ slo: 'latency=99@300ms/30d' });
    expect(service.run(20, { ...good, slow: 0.005 }).flat()).toEqual([]);
    const [finding] = service.run(20, { ...good, slow: 0.9 }).at(-1) ?? [];
    expect(finding).toMatchObject({
      id: 'slo:latency@300ms@shop/Deployment/cart',
      signal: 'sli.latency',
      unit: 'ratio',
    });
    expect(finding?.sentence).toContain('took over 300 ms in');
  });

  it.each([
    ['cpu.throttling', /^40 % of \d+ CPU periods of shop\/deploy\/cart were throttled in 1 h, 1 % may: /],
    ['network.errors', /^40 % of \d+ packets of shop\/deploy\/cart had errors in 1 h, 1 % may: /],
    ['network.drops', /^40 % of \d+ packets of shop\/deploy\/cart were dropped in 1 h, 1 % may: /],
  ] as const)('tells what was counted of %s', (signal, told) => {
    const agent = createAnomalyAgent({ pace: paceOf(1), signals: shippedSignals });
    const view = aView({ Deployment: [annotated(`${signal}=99/30d`)] });
    const sentences = Array.from({ length: 90 }, (_, minute) => {
      const atMs = startMs + (minute + 1) * minuteMs;
      const sample = { key: { signal, of: deployment() }, atMs, value: 0.4, weight: 6000 };
      const { findings } = agent.assess({ atMs, samples: [sample], sources: [], missing: [] }, view);
      return findings.map((one) => one.sentence);
    });
    expect(sentences.at(-1)?.[0]).toMatch(told);
  });

  it('tells once what it cannot count, and goes on', () => {
    const service = aService({ slo: 'latency=99@5s/30d; availability=99.9/30d' });
    service.run(5, good);
    expect(service.told.map((one) => one.what)).toEqual([
      'the objective latency@5s of shop/deploy/cart is not counted',
    ]);
    expect(service.agent.objectives()).toEqual({ counted: 1, unwatched: service.told });
    expect(service.run(3, failing).at(-1)).toHaveLength(1);
  });

  it('says which objectives nothing measures, so that none passes for one that is kept', () => {
    const service = aService({ slo: 'availability=99.9/30d; latency=99@300ms/30d' });
    service.run(1, { err: null, requests: 600 });
    expect(service.told).toEqual([]);
    expect(service.agent.objectives()).toMatchObject({
      counted: 1,
      unwatched: [{ what: 'the objective availability of shop/deploy/cart is not counted' }],
    });
    service.run(30, { err: null, requests: 600 });
    expect(service.told).toEqual([
      {
        what: 'the objective availability of shop/deploy/cart is not counted',
        why: 'no count of its requests by status is read from any source',
        next: 'expose what it needs (docs/guide/slo.md says what that is), or correct annotation nemotron-advisor.dev/slo',
      },
    ]);
  });

  it('counts again as soon as something measures it', () => {
    const service = aService();
    service.run(30, { err: null, requests: 600 });
    service.run(1, good);
    expect(service.agent.objectives()).toEqual({ counted: 1, unwatched: [] });
  });

  it('names a declaration that is wrong for as long as it is', () => {
    const service = aService({ slo: 'memory.share=99/30d' });
    service.run(2, good);
    expect(service.agent.objectives()).toEqual({ counted: 0, unwatched: service.told });
    expect(service.told[0]?.why).toContain('memory.share has no number of events behind it');
  });

  it('keeps a finding from before a restart, with its age', () => {
    const first = aService({ pastErr: 0 });
    const [open] = first.run(3, failing).at(-1) ?? [];
    const second = aService({ pastErr: 0, openFindings: open === undefined ? [] : [open] });
    const [kept] = second.run(1, good).at(-1) ?? [];
    expect(kept?.firstSeenMs).toBe(open?.firstSeenMs);
    expect(second.run(30, good).at(-1)).toEqual([]);
  });
});

describe('a burning budget after a write', () => {
  const id = 'slo:availability@shop/Deployment/cart';
  const afterWrite = (minutes: number, of: Minute): string => {
    const service = aService({ pastErr: 0 });
    service.run(10, failing);
    const writtenMs = service.nowMs();
    service.run(minutes, of);
    return service.agent.recovered([id], writtenMs).word;
  };

  it('has recovered when three windows keep the objective', () => {
    expect(afterWrite(18, good)).toBe('recovered');
  });

  it('is undecided before, and without requests', () => {
    expect(afterWrite(8, good)).toBe('undecided');
    expect(afterWrite(30, { err: null, requests: 0 })).toBe('undecided');
  });

  it('that went slowly for days must be no worse, since that is not what was written about', () => {
    const slow: Minute = { err: 0.012, requests: 600 };
    const service = aService({ slo: 'availability=99/30d', pastErr: 0.012 });
    service.run(10, slow);
    const writtenMs = service.nowMs();
    expect(service.agent.recovered([id], writtenMs).word).toBe('undecided');
    service.run(20, slow);
    expect(service.agent.recovered([id], writtenMs).word).toBe('recovered');
    service.run(20, { err: 0.03, requests: 600 });
    expect(service.agent.recovered([id], writtenMs).word).toBe('undecided');
  });

  it('is not fixed while the budget still burns', () => {
    expect(afterWrite(10, failing)).toBe('not fixed');
  });
});

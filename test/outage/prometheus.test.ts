// Prometheus goes away or answers what is no answer: what is missing is not known, nothing is done about it, and it comes back by itself.
import { describe, expect, it } from 'vitest';
import { outageStage } from './outage-stage.ts';
import type { Fate } from './proxy.ts';

const bad: readonly (readonly [string, Fate, RegExp])[] = [
  [
    'HTML of a sign-in page',
    { kind: 'answer', status: 200, type: 'text/html', body: '<!doctype html><title>Sign in</title>' },
    /HTML|JSON/,
  ],
  [
    'an error with status 200',
    {
      kind: 'answer',
      status: 200,
      type: 'application/json',
      body: '{"status":"error","errorType":"internal","error":"boom"}',
    },
    /boom|internal/,
  ],
  ['half of its body', { kind: 'break off', afterBytes: 60 }, /cut off|connection/],
  ['nothing but NaN', { kind: 'rewrite', body: (text) => text.replaceAll(/"-?\d[^"]*"\]/g, '"NaN"]') }, /./],
];

describe.concurrent('Prometheus', () => {
  it('is stopped: said once with its cost, nothing is written on old figures, and it is back by itself', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      await stage.prometheus.down();
      await stage.until(() => false, 12);
      expect(stage.of('source.lost')).toMatchObject([
        { source: 'prometheus', reason: 'Prometheus: it refuses the connection' },
      ]);
      await stage.sandbox.inject('traffic-surge');
      await stage.until(() => false, 40);
      expect(stage.landed()).toEqual([]);
      await stage.prometheus.up();
      await stage.until(() => stage.of('source.recovered').length > 0, 20);
      expect(stage.of('source.recovered')).toMatchObject([{ source: 'prometheus' }]);
      await stage.until(() => stage.of('outcome.recorded').length > 0);
      expect(stage.of('outcome.recorded')).toMatchObject([{ outcome: 'effective' }]);
      expect(stage.of('source.lost')).toHaveLength(1);
    } finally {
      await stage.close();
    }
  });

  it.for(bad)('answers %s: a reason in words, no finding from it, no write', async ([, fate, reason]) => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      stage.prometheus.rule(() => fate);
      await stage.until(() => false, 24);
      expect(stage.of('source.lost').map((one) => one.source)).toContain('prometheus');
      expect(stage.of('source.lost')[0]?.reason).toMatch(reason);
      expect(stage.of('source.lost')[0]?.reason).not.toMatch(/\n|at .*\.ts/);
      expect([stage.of('incident.opened'), stage.landed()]).toEqual([[], []]);
      stage.prometheus.rule(() => ({ kind: 'pass' }));
      await stage.until(() => stage.of('source.recovered').length > 0, 20);
      expect(stage.advisor.state().lostSources.size).toBe(0);
    } finally {
      await stage.close();
    }
  });
});

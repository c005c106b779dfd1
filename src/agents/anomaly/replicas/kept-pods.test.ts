import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aPodRig, type PodLevel } from '../../../../test/builders/replicas.ts';
import { loadPod, podPieces, podsIn } from './kept-pods.ts';
import { keptWindows } from './pod-past.ts';
import { createPodSeries } from './pod-series.ts';

/** One of three replicas answers twice as slowly from this minute on. */
const slowFrom =
  (minute: number): PodLevel =>
  (pod, at, noise) =>
    0.2 + 0.004 * noise + (pod === 1 && at >= minute ? 0.2 : 0);

const aSeries = (windows: number) => {
  const series = createPodSeries('cart-1');
  for (let at = 0; at < windows; at += 1) series.past.push(at * 300_000, Math.sin(at));
  series.recent.push({ atMs: 5, value: 2, others: 1, residual: 1 });
  series.results.push(null, { atMs: 5, test: { side: 'up', isBad: true, surprise: 3.5 }, q: 0.04 });
  return series;
};

describe('replicas over a restart', () => {
  it.each([118, 119, 120, 121, 122, 123, 124, 126])(
    'are told as without one, when it follows minute %i and one of them is odd from minute 120 on',
    (restartAt) => {
      const level = slowFrom(120);
      const [whole, restarted] = [aPodRig({ pods: 3 }), aPodRig({ pods: 3 })];
      whole.run(restartAt, level);
      const openFindings = restarted.run(restartAt, level);
      restarted.restart(openFindings);
      for (let minute = restartAt + 1; minute <= 150; minute += 1)
        expect(restarted.run(1, level)).toEqual(whole.run(1, level));
      expect(whole.run(1, level)).toMatchObject([{ replicas: { odd: ['cart-1'], of: 3 } }]);
    },
  );

  it('do not bring cycles of long ago beside those of now', () => {
    const [piece = new Uint8Array(0)] = podPieces([{ place: 'a', series: aSeries(20) }]);
    const [kept] = podsIn(piece);
    const [soon, late] = [createPodSeries('cart-1'), createPodSeries('cart-1')];
    loadPod(soon, kept!, 5);
    loadPod(late, kept!, 6);
    expect([soon.results, late.results]).toEqual([aSeries(0).results, [null]]);
  });

  it('come back as they were kept, however many', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: keptWindows }), { maxLength: 600 }), (sizes) => {
        const pods = sizes.map((windows, at) => ({
          place: `sli.latency@shop/Deployment/cart#${at}`,
          series: aSeries(windows),
        }));
        const back = [...podPieces(pods)].flatMap(podsIn);
        expect(back.map(({ place, past }) => ({ place, past }))).toEqual(
          pods.map(({ place, series }) => ({ place, past: series.past.kept() })),
        );
      }),
      { numRuns: 5 },
    );
  });

  it('are left out where a piece is not whole', () => {
    const [piece = new Uint8Array(0)] = podPieces([{ place: 'a', series: aSeries(20) }]);
    for (const kept of [0, 3, 10, piece.byteLength - 1]) expect(podsIn(piece.subarray(0, kept))).toEqual([]);
  });

  it('take three kilobytes each', () => {
    const pods = Array.from({ length: 256 }, (_, at) => ({
      place: `sli.latency@shop/Deployment/cart#${at}`,
      series: aSeries(keptWindows),
    }));
    const [piece] = podPieces(pods);
    expect((piece?.byteLength ?? 0) / 256).toBeLessThan(3_200);
  });
});

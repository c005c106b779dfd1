// Simulates the days before the lab started and writes them as OpenMetrics text, one scrape after another.
import { setImmediate as breathe } from 'node:timers/promises';
import { storedLabels } from '../src/sandbox/prometheus/scraper.ts';
import { labelText, type Series } from '../src/sandbox/workload/exposition.ts';
import type { Physics } from '../src/sandbox/workload/physics.ts';

export type Past = {
  readonly physics: Pick<Physics, 'rewind' | 'tick'>;
  /** All series that run; the past has the same. */
  readonly series: readonly Series[];
  /** Complete lines without value, such as those of recording rules; each has the value 1. */
  readonly constant: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
};

/** Text for promtool: time goes on from scrape to scrape, which keeps each series in order. Nobody else may tick the physics meanwhile. */
export async function* openMetricsHistory(past: Past): AsyncGenerator<string> {
  const named = past.series.map((series) => {
    const { __name__, ...labels } = storedLabels(series);
    return { series, text: `${__name__ ?? ''}${labelText(labels)}` };
  });
  past.physics.rewind(past.fromMs);
  for (let atMs = past.fromMs + past.stepMs; atMs < past.toMs; atMs += past.stepMs) {
    past.physics.tick(atMs);
    const seconds = (atMs / 1000).toFixed(3);
    let text = '';
    for (const { series, text: name } of named) text += `${name} ${series.read()} ${seconds}\n`;
    for (const name of past.constant) text += `${name} 1 ${seconds}\n`;
    yield text;
    // Leases of the nodes are renewed in between.
    await breathe();
  }
  yield '# EOF\n';
}

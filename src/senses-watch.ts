// What a running advisor gives its senses: threads for tier one, and ears for what they read, what they lose and what they cannot watch.
import { availableParallelism } from 'node:os';
import type { Clock } from './clock.ts';
import { exitCodes, Failure } from './model/failure.ts';
import type { SensesWatch } from './senses.ts';
import type { Log } from './telemetry/log.ts';
import type { SensesMetrics } from './telemetry/senses-metrics.ts';

/** More threads than these have nothing to do at a million series, which two step in a tenth of a second. */
const mostWorkers = 4;

/** `cores` are those that the process may use. */
export function watchSenses(
  metrics: SensesMetrics,
  wall: Clock,
  log: Pick<Log, 'fault'>,
  cores = availableParallelism(),
): SensesWatch {
  return {
    tell: (problem) =>
      log.fault(new Failure({ code: 'not-watched', ...problem, exitCode: exitCodes.done }), problem.what),
    onRead: (bytes) => metrics.countRead(bytes),
    onPasts: (pasts) => metrics.setPasts(pasts),
    machine: {
      wall,
      workers: Math.max(1, Math.min(mostWorkers, cores)),
      onStep: (step) => metrics.observeTierOne(step),
      onLost: (why) => {
        metrics.countLostThread();
        log.fault(new Error(`${why}; its share is done without it`), 'tier one');
      },
    },
  };
}

// Reads the past of suspects again for which there was no room, so that the next cycle can test them; a cycle waits for a few of them only.
import type { AnomalyAgent } from '../agents/anomaly/anomaly-agent-port.ts';
import { deadline } from '../clock.ts';
import { pastDays, pastStepMs } from '../model/past.ts';
import type { CyclePorts } from './ports.ts';

export type ReadBackPorts = Pick<CyclePorts, 'metrics' | 'cluster' | 'wall' | 'view'> & {
  readonly anomaly: Pick<AnomalyAgent, 'pastsWanted' | 'readBack'>;
};

const atOnce = 200;
const waitMs = 10_000;
const dayMs = 86_400_000;

/** What does not come in time is wanted again by the next cycle that tests it. */
export async function readBack({ anomaly, metrics, cluster, wall, view }: ReadBackPorts): Promise<void> {
  const wanted = anomaly.pastsWanted?.(atOnce) ?? [];
  if (wanted.length === 0 || metrics.history === undefined) return;
  const limit = deadline(wall, waitMs);
  const toMs = cluster.now();
  try {
    const found = await metrics.history(view(), toMs - pastDays * dayMs, toMs, pastStepMs, limit.signal, wanted);
    anomaly.readBack?.(wanted, found);
  } catch (error) {
    if (!limit.signal.aborted) throw error;
  } finally {
    limit.done();
  }
}

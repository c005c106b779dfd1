// Reads one kubelet directly, as the metrics agent would without Prometheus.
import { kubeletAddress } from '../../agents/metrics/kubelet.ts';
import { readText } from '../../agents/metrics/http-read.ts';
import type { Clock } from '../../clock.ts';
import { placeOf, schemaOf } from '../../cluster/resources.ts';
import { Failure } from '../../model/failure.ts';
import type { Reached } from '../reach.ts';
import type { DoctorItem } from './item.ts';

const timeoutMs = 5_000;
const mostBytes = 4 * 2 ** 20;

/** `isNeeded` when no Prometheus is configured and the mode watches guards. */
export async function kubeletItem(
  { reader, connection }: Pick<Reached, 'reader' | 'connection'>,
  needs: { readonly hasPrometheus: boolean; readonly isNeeded: boolean },
  wall: Clock,
  signal: AbortSignal,
): Promise<DoctorItem> {
  const item = { id: 'kubelets', capability: 'kubelets direct', required: needs.isNeeded, costs: null, fix: null };
  if (needs.hasPrometheus) return { ...item, state: 'off', found: 'not needed while Prometheus is configured' };
  const failed = (state: 'failed' | 'unknown', found: string): DoctorItem => ({
    ...item,
    state,
    found,
    costs: 'no usage of containers; guards of a repair cannot be watched',
    fix: 'set PROMETHEUS_URL, or let this machine reach port 10250 of the nodes',
  });
  try {
    const nodes = (await reader.list(placeOf('Node'), '', {}, signal)).flatMap((one) => {
      const read = schemaOf('Node').safeParse(one);
      return read.success ? [read.data] : [];
    });
    const [node] = nodes;
    const address = node === undefined ? null : kubeletAddress(node);
    if (node === undefined || address === null) return failed('unknown', 'no node tells its address');
    const { headers, dispatcher } = await connection.credentials();
    const bearer = headers['authorization'];
    const answer = await readText({
      url: `${address}/metrics/resource`,
      headers: { accept: 'text/plain', ...(bearer === undefined ? {} : { authorization: bearer }) },
      mostBytes,
      timeoutMs,
      wall,
      signal,
      dispatcher,
    });
    const name = `node ${node.metadata.name}`;
    if ('failed' in answer) return failed('failed', `${name}: ${answer.failed}`);
    if (answer.status !== 200) return failed('failed', `${name}: it answers ${answer.status}`);
    return { ...item, state: 'ok', found: `${name} answers; ${nodes.length} nodes in all` };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failed('unknown', error.problem.why);
  }
}

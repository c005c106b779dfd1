// How fast the API server answers and how far its clock is from this machine's.
import type { DoctorItem } from './item.ts';

/** More than this and ages, leases and permits are judged on the wrong time. */
const mostSkewMs = 5_000;

/** Milliseconds; the skew is the server's clock minus this one's, null when the server did not tell its time. */
export function apiServerItem(answerMs: number, skewMs: number | null): DoctorItem {
  const item = { id: 'api-server', capability: 'API server', required: true, costs: null, fix: null };
  if (skewMs === null) return { ...item, state: 'ok', found: `${answerMs} ms; it does not tell its time` };
  // The header counts whole seconds, so that half a second cannot be told from none.
  const skew =
    Math.abs(skewMs) <= 1_000
      ? 'within 1 s'
      : `${(Math.abs(skewMs) / 1000).toFixed(0)} s ${skewMs > 0 ? 'ahead of' : 'behind'} this machine`;
  if (Math.abs(skewMs) <= mostSkewMs) return { ...item, state: 'ok', found: `${answerMs} ms, clock ${skew}` };
  return {
    ...item,
    required: false,
    state: 'failed',
    found: `${answerMs} ms, its clock is ${skew}`,
    costs: 'ages and windows follow the cluster, approvals and permits this machine',
    fix: 'set the clocks of both by NTP',
  };
}

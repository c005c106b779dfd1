// Turns samples and the past of a signal into bad and all events of an objective; what has no denominator cannot be counted.
import type { Sample } from '../../../model/signal.ts';
import type { Slo } from '../../../model/slo.ts';

export type Events = {
  readonly bad: number;
  readonly total: number;
  /** Said beside the finding: what the count stands for when it is not exactly what was asked. */
  readonly note?: string;
};

/** Events within the window of one sample, or why they cannot be counted. */
export function eventsOf(slo: Slo, sample: Sample): Events | { readonly uncountable: string } {
  if (slo.thresholdS !== null) return slowRequests(slo.thresholdS, sample);
  if (sample.weight === undefined)
    return { uncountable: `${slo.signal} tells no number of events behind it, so no share of them can be promised` };
  return { bad: Math.min(1, Math.max(0, sample.value)) * sample.weight, total: sample.weight };
}

/** Requests over the bucket of the threshold, never a quantile. Between two buckets the longer time counts: what is called bad is bad. */
function slowRequests(thresholdS: number, { buckets }: Sample): Events | { readonly uncountable: string } {
  const total = buckets?.at(-1);
  if (buckets === undefined || total === undefined || Number.isFinite(total[0]))
    return { uncountable: 'no histogram with a +Inf bucket is exposed' };
  const bucket = buckets.find(([bound]) => bound >= thresholdS * (1 - 1e-9));
  if (bucket === undefined || !Number.isFinite(bucket[0]))
    return { uncountable: `no bucket of the histogram ends at ${thresholdS} s or above` };
  const [bound, within] = bucket;
  const events = { bad: Math.max(0, total[1] - within), total: total[1] };
  return Math.abs(bound - thresholdS) <= thresholdS * 1e-9
    ? events
    : { ...events, note: `counted over ${bound} s: no bucket ends at ${thresholdS} s` };
}

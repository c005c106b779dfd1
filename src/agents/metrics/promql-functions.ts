// What the functions and aggregations of PromQL take, after the signatures of Prometheus 3 (promql/parser/functions.go).

/** m: range of samples, v: instant vector, s: number, t: text; ? after one that may be left out, * after one that may come any number of times. */
const taken = {
  m: `absent_over_time avg_over_time changes count_over_time delta deriv first_over_time idelta increase irate
    last_over_time mad_over_time max_over_time min_over_time present_over_time rate resets stddev_over_time
    stdvar_over_time sum_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time`,
  v: `abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg histogram_count
    histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad scalar sgn sin sinh sort sort_desc sqrt
    start_timestamp tan tanh timestamp sum avg min max count group stddev stdvar`,
  'v?': 'day_of_month day_of_week day_of_year days_in_month hour minute month year',
  s: 'vector',
  '': 'time pi',
  ms: 'predict_linear',
  mss: 'double_exponential_smoothing',
  sm: 'quantile_over_time',
  vs: 'clamp_max clamp_min',
  'vs?': 'round',
  vss: 'clamp',
  sv: 'histogram_quantile topk bottomk quantile limitk limit_ratio',
  ssv: 'histogram_fraction',
  tv: 'count_values',
  vtttt: 'label_replace',
  'vttt*': 'label_join',
  'vt*': 'sort_by_label sort_by_label_desc',
} as const;

type Kind = 'm' | 'v' | 's' | 't';
export type Signature = { readonly kinds: readonly Kind[]; readonly least: number; readonly isEndless: boolean };

/** Undefined for a function of which nothing is known. */
export function signatureOf(name: string): Signature | undefined {
  return signatures.get(name);
}

/** Functions that answer one number and no series. */
export const numbers: ReadonlySet<string> = new Set(['scalar', 'time', 'pi', 'step', 'range']);
/** Aggregations that choose series and leave them as they are. */
export const choosing: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

const signatures: ReadonlyMap<string, Signature> = new Map(
  Object.entries(taken).flatMap(([form, names]) => {
    const signature = signatureFrom(form);
    return names.split(/\s+/).map((name) => [name, signature] as const);
  }),
);

function signatureFrom(form: string): Signature {
  const parts = form.match(/[mvst][?*]?/g) ?? [];
  return {
    kinds: parts.map(kindOf),
    least: parts.filter((part) => part.length === 1).length,
    isEndless: form.endsWith('*'),
  };
}

function kindOf(part: string): Kind {
  if (part.startsWith('m')) return 'm';
  if (part.startsWith('v')) return 'v';
  return part.startsWith('s') ? 's' : 't';
}

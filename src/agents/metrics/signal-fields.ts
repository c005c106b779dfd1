// The fields of a signal that a user declares; each message says what to write.
import { z } from 'zod';
import { signalFamilies } from '../../model/signal-traits.ts';

const signalUnits = ['cores', 'bytes', 'seconds', 'ratio', 'count', 'per_second', 'bytes_per_second'] as const;

const label = z.string({ error: 'the name of a label' }).regex(/^[A-Za-z_]\w*$/, 'the name of a label');
const owner = 'labels of the series: {namespace: …, pod: …}, {namespace: …, workload: …} or {node: …}';

/** Which labels of the series name its owner. */
const ownerLabels = z.union(
  [
    z.strictObject({ namespace: label, pod: label }),
    z.strictObject({ namespace: label, workload: label }),
    z.strictObject({ node: label }),
  ],
  { error: owner },
);

const number = (what: string) => z.number({ error: what }).refine(Number.isFinite, what);
const choice = <const Choice extends readonly [string, ...string[]]>(choices: Choice) =>
  z.enum(choices, { error: `one of ${choices.join(', ')}` });

export const signalFields = z.strictObject({
  name: z
    .string({ error: 'a name such as checkout.queue' })
    .regex(/^[a-z][a-z0-9_.-]{0,48}$/, 'a name of lower-case letters, digits, _, . and -, such as checkout.queue'),
  title: z
    .string({ error: 'a title of at most 60 characters' })
    .min(1, 'a title of at most 60 characters')
    .max(60, 'a title of at most 60 characters')
    .optional(),
  query: z.string({ error: 'PromQL' }).min(1, 'PromQL').max(4_000, 'PromQL of at most 4,000 characters'),
  unit: choice(signalUnits),
  of: ownerLabels,
  direction: choice(['up', 'down', 'both']),
  /** How the values of the pods make the one of the workload. */
  combine: choice(['sum', 'max']).default('sum'),
  floor: z.strictObject(
    {
      absolute: number('the least change that matters, in the unit of the signal').positive(
        'a number above 0: the least change that matters, in the unit of the signal',
      ),
      relative: number('a factor of at least 1').min(1, 'a factor of at least 1').default(1),
    },
    { error: '{absolute: …, relative: …}' },
  ),
  severity: choice(['critical', 'warning', 'info']).default('warning'),
  family: choice(signalFamilies).default('saturation'),
  seasonality: choice(['none', 'daily', 'weekly']).default('daily'),
});
export type SignalFields = z.infer<typeof signalFields>;

export const fieldNames = `one of ${Object.keys(signalFields.shape).join(', ')}`;

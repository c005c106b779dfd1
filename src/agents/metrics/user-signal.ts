// Makes a measure and a signal of what a user declared, so that it goes the way of the built-in ones.
import type { CustomSignal } from '../../model/signal.ts';
import type { Measure, RowLabel } from './measure.ts';
import type { SignalFields } from './signal-fields.ts';
import type { SignalDefinition } from './signal-definition.ts';

export type UserSignal = { readonly definition: SignalDefinition; readonly measure: Measure };

export function userSignal(fields: SignalFields): UserSignal {
  const id: CustomSignal = `custom.${fields.name}`;
  const { title = fields.name, unit, family, direction, floor, severity, seasonality, query, combine } = fields;
  const labels = Object.entries(fields.of).filter((entry): entry is [RowLabel, string] => isOwnerLabel(entry[0]));
  const by = labels.map(([label]) => label);
  const measure: Measure = {
    id,
    gives: id,
    metric: '',
    query,
    kind: 'gauge',
    aggregate: combine,
    by,
    labels: Object.fromEntries(labels.map(([label, name]) => [label, [name]])),
    from: 'exporter',
    capability: `the signal ${fields.name}`,
    cost: 'what its author wants to see is not seen',
  };
  return {
    measure,
    definition: {
      id,
      title,
      unit,
      family,
      direction,
      floor,
      severity,
      seasonality,
      of: by.includes('node') ? 'node' : 'workload',
      reading: { from: 'sum', of: id },
    },
  };
}

function isOwnerLabel(label: string): label is RowLabel {
  return ['namespace', 'pod', 'workload', 'node'].includes(label);
}

// What a signal of the catalogue must say about itself: what detectors need, whom it is about, and how its value is computed.
import type { SignalTraits } from '../../model/signal-traits.ts';

/** How a value comes out of measures; `part`, `of` and `whole` are what measures give. */
type SignalReading =
  | { readonly from: 'api' }
  | { readonly from: 'sum'; readonly of: string }
  | { readonly from: 'share'; readonly part: string; readonly of: string }
  | { readonly from: 'failures'; readonly of: string }
  | { readonly from: 'quantile'; readonly quantile: number; readonly of: string }
  | { readonly from: 'share of limit'; readonly of: string };

export type SignalDefinition = SignalTraits & {
  readonly of: 'workload' | 'node' | 'API server';
  readonly reading: SignalReading;
};

/** What the signal's measures give; nothing for what the API tells. */
export function needsOf({ reading }: Pick<SignalDefinition, 'reading'>): readonly string[] {
  switch (reading.from) {
    case 'api':
      return [];
    case 'share':
      return [reading.part, reading.of];
    case 'sum':
    case 'failures':
    case 'quantile':
    case 'share of limit':
      return [reading.of];
    default:
      return reading satisfies never;
  }
}

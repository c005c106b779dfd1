// Noise of the demo's first act: report-builder burns six times its CPU in the same hour of every night, by its own model.
import { deployment, type Fault, nothing } from './fault.ts';

const target = deployment('batch', 'report-builder');

export const nightlyJob: Fault = {
  code: 'noise',
  name: 'nightly-job',
  target,
  expected: { cause: null, root: target, action: null, ending: 'left alone', victims: [] },
  inject: nothing,
  heal: nothing,
};

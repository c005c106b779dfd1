// Reads the file of a user's signals and says how many there are, or where it is wrong.
import { openUserSignals } from '../../agents/metrics/user-signals.ts';
import type { Config } from '../../config/config.ts';
import { Failure } from '../../model/failure.ts';
import type { DoctorItem } from './item.ts';

/** Nothing where no file is configured. */
export async function signalsItems({ signalsFile }: Pick<Config, 'signalsFile'>): Promise<DoctorItem[]> {
  if (signalsFile === undefined) return [];
  const item = { id: 'signals', capability: 'signals of your own', required: true, costs: null, fix: null };
  try {
    const count = (await openUserSignals(signalsFile)).current().length;
    return [{ ...item, state: 'ok', found: `${count} in ${signalsFile}` }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const costs = 'the advisor does not start with a broken file';
    return [{ ...item, state: 'failed', found: error.problem.why, costs, fix: error.problem.next }];
  }
}

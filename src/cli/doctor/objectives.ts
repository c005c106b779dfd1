// Reads the file of objectives and says how many it declares, or where it is wrong; whether each is counted only a look can say.
import { readSloFile } from '../../agents/anomaly/slo-file.ts';
import type { Config } from '../../config/config.ts';
import { Failure } from '../../model/failure.ts';
import type { DoctorItem } from './item.ts';

/** Nothing where no file is configured. */
export async function objectivesItems({ sloFile }: Pick<Config, 'sloFile'>): Promise<DoctorItem[]> {
  if (sloFile === undefined) return [];
  const item = { id: 'objectives', capability: 'objectives', required: true, costs: null, fix: null };
  try {
    const count = (await readSloFile(sloFile)).length;
    return [{ ...item, state: 'ok', found: `${count} in ${sloFile}; advisor scan names those that nothing measures` }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const costs = 'the advisor does not start with a broken file';
    return [{ ...item, state: 'failed', found: error.problem.why, costs, fix: error.problem.next }];
  }
}

// Verifies the journal of a cluster where there is one, and tells how much room its disk has left.
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { verifyJournalFile } from '../../store/journal-reader.ts';
import type { DoctorItem } from './item.ts';

const costs = 'nothing is executed until the journal can be written and its chain holds';
/** Below this a busy day could fill it. */
const leastFreeBytes = 200 * 2 ** 20;

export async function journalItem(folder: string): Promise<DoctorItem> {
  const item = { id: 'journal', capability: 'journal', required: true, costs: null, fix: null };
  const path = join(folder, 'journal.sqlite');
  const place = nearest(folder);
  if (!isWritable(place))
    return {
      ...item,
      state: 'failed',
      found: `${place} may not be written`,
      costs,
      fix: 'name another folder: --data, or ADVISOR_DATA',
    };
  const free = freeBytes(place);
  const room = `${(free / 2 ** 30).toFixed(1)} GiB free`;
  if (free < leastFreeBytes)
    return {
      ...item,
      state: 'failed',
      found: `${room} at ${place}`,
      costs,
      fix: 'make room, or name another folder with ADVISOR_DATA',
    };
  if (!existsSync(path)) return { ...item, state: 'ok', found: `none yet, ${room}` };
  const report = await verifyJournalFile(path);
  if (report.intact)
    return { ...item, state: 'ok', found: `${report.events.toLocaleString('en')} events intact, ${room}` };
  return { ...item, state: 'failed', found: report.sentence, costs, fix: `advisor audit verify --from ${path}` };
}

/** The folder itself, or the first one above it that is there. */
function nearest(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

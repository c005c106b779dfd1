// The measured series in a snapshot folder, with whose they are: a pod's series belongs to the workload at the end of its owner chain.
import { join } from 'node:path';
import { signalId } from '../../model/signal.ts';
import type { SeriesKey, SignalId } from '../../model/signal.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import { namesIn, textOf } from './folder.ts';
import { ownerOfSeries } from './places.ts';
import { readSeries } from './series-file.ts';
import type { SnapshotSeries } from './write-snapshot.ts';

/** `warn` hears of each file that is left out. */
export async function readSeriesFolder(
  folder: string,
  view: ClusterView,
  warn: (file: string, reason: string) => void,
): Promise<readonly SnapshotSeries[]> {
  const series: SnapshotSeries[] = [];
  const root = join(folder, 'metrics');
  for (const namespace of await namesIn(root, 'folders'))
    for (const kind of await namesIn(join(root, namespace), 'folders'))
      for (const name of await namesIn(join(root, namespace, kind), 'folders')) {
        const of = ownerOfSeries(namespace, kind, name);
        for (const file of await namesIn(join(root, namespace, kind, name), 'files')) {
          const shown = `metrics/${namespace}/${kind}/${name}/${file}`;
          const signal = signalId.safeParse(file.replace(/\.csv$/, ''));
          if (of === null || !signal.success) {
            warn(shown, of === null ? `${kind} is no kind that has series` : 'it names no signal of the catalogue');
            continue;
          }
          const read = await textOf(root, namespace, kind, name, file);
          if ('unreadable' in read) {
            warn(shown, read.unreadable);
            continue;
          }
          const { unit, points, unreadable } = readSeries(read.text);
          if (unreadable > 0) warn(shown, `${unreadable} lines are no point in time with a value`);
          series.push({ key: keyIn(view, signal.data, of), unit, points });
        }
      }
  return series;
}

function keyIn(view: ClusterView, signal: SignalId, of: ObjectRef): SeriesKey {
  if (of.kind !== 'Pod') return { signal, of };
  const owner = view.ownerOf(of.namespace, of.name);
  return owner === undefined || owner.kind === 'Pod' ? { signal, of } : { signal, of: owner, pod: of.name };
}

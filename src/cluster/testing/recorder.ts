// A sink that keeps what a reflector tells it, and lets a test wait until what it holds fits.
import type { ViewKind } from '../../model/view.ts';
import type { ReflectorSink } from '../reflector.ts';
import type { ObjectOf } from '../resources.ts';

export type Recorder<Kind extends ViewKind> = ReflectorSink<Kind> & {
  /** One word for each call: `replace 2`, `put a`, `remove a`, `skipped`, `alive 1001`, `broken …`, `refused 403 …`. */
  readonly told: readonly string[];
  names(): readonly string[];
  until(holds: (recorder: Recorder<Kind>) => boolean): Promise<void>;
};

export function aRecorder<Kind extends ViewKind>(): Recorder<Kind> {
  const told: string[] = [];
  const names = new Set<string>();
  const waiting = new Set<() => void>();
  const tell = (word: string): void => {
    told.push(word);
    for (const look of waiting) look();
  };
  const recorder: Recorder<Kind> = {
    told,
    names: () => [...names].toSorted(),
    async until(holds) {
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (!holds(recorder)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      });
    },
    replace(objects: readonly ObjectOf<Kind>[]) {
      names.clear();
      for (const one of objects) names.add(one.metadata.name);
      tell(`replace ${objects.length}`);
    },
    put(object: ObjectOf<Kind>) {
      names.add(object.metadata.name);
      tell(`put ${object.metadata.name}`);
    },
    remove(_namespace, name) {
      names.delete(name);
      tell(`remove ${name}`);
    },
    skipped: () => tell('skipped'),
    alive: (version) => tell(`alive ${version ?? '-'}`),
    broken: (reason) => tell(`broken ${reason}`),
    refused: (status, reason) => tell(`refused ${status} ${reason}`),
  };
  return recorder;
}

// What a read-only tool of the investigation is: a closed question with typed arguments about what belongs to the incident, answered with facts.
import type { z } from 'zod';
import type { Incident, State } from '../../folds/state.ts';
import type { EvidenceDraft } from '../../model/evidence.ts';
import type { Finding } from '../../model/finding.ts';
import type { SignalBook } from '../../model/signal.ts';
import type { ObjectRef } from '../../model/target.ts';
import type { ClusterView } from '../../model/view.ts';
import type { EvidenceReader } from '../ports.ts';

export type Sight = {
  /** Null where no incident is looked into. */
  readonly incident: Incident | null;
  readonly root: ObjectRef;
  readonly view: ClusterView;
  readonly signals: SignalBook;
  readonly findings: readonly Finding[];
  readonly state: State;
  readonly reader: Pick<EvidenceReader, 'tail'>;
  readonly nowMs: number;
};

type Definition<Args> = {
  readonly name: string;
  /** Arguments and what it answers, as a leader reads it. */
  readonly about: string;
  readonly args: z.ZodType<Args>;
  /** `of` is one of the objects that may be asked about. At most a handful of facts; nothing when there is nothing to tell. */
  read(args: Args, of: ObjectRef, sight: Sight, signal: AbortSignal): Promise<readonly EvidenceDraft[]>;
};

/** A tool as the investigation meets it: arguments are parsed where they are used. */
export type Tool = {
  readonly name: string;
  readonly about: string;
  accepts(args: unknown): boolean;
  /** Rejects when the arguments are not valid, or the read fails. */
  read(args: unknown, of: ObjectRef, sight: Sight, signal: AbortSignal): Promise<readonly EvidenceDraft[]>;
};

export function toolOf<Args>(definition: Definition<Args>): Tool {
  const { name, about, args } = definition;
  return {
    name,
    about,
    accepts: (given) => args.safeParse(given).success,
    read: async (given, of, sight, signal) => await definition.read(args.parse(given), of, sight, signal),
  };
}

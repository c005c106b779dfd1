// Writes the ends of writes into the journal: what was answered, and what a fence or a read made of silence.
import type { Intent } from '../../folds/state.ts';
import type { Journal } from '../../model/journal.ts';
import { valueAt, type JsonObject } from '../../model/json.ts';
import type { Ending } from './mark-word.ts';

const actor = 'k8s-api';

export type End = {
  readonly result: 'landed' | 'refused' | 'unknown';
  readonly status: number | null;
  readonly reason: string;
  /** The object as answered or read back, kept beside the journal for the undo. */
  readonly after?: JsonObject;
};

/** Rejects with a Failure when the journal cannot be written; the intent stays open then, and is settled later. */
export async function recordAnswer(
  journal: Pick<Journal, 'append' | 'keep'>,
  permit: string,
  { result, status, reason, after }: End,
): Promise<void> {
  const version = after === undefined ? undefined : valueAt(after, '/metadata/resourceVersion');
  const generation = after === undefined ? undefined : valueAt(after, '/metadata/generation');
  const digest = after === undefined ? undefined : await journal.keep(after);
  await journal.append(
    {
      kind: 'write.answered',
      permit,
      result,
      status,
      reason,
      ...(typeof version === 'string' ? { resourceVersion: version } : {}),
      ...(typeof generation === 'number' ? { generation } : {}),
      ...(digest === undefined ? {} : { after: digest }),
    },
    actor,
  );
}

/** What is still not known is not said twice. */
export async function recordEnding(
  journal: Pick<Journal, 'append'>,
  intent: Pick<Intent, 'permit' | 'fence'>,
  ending: Ending,
): Promise<void> {
  if (ending.result === 'unknown' && intent.fence?.result === 'unknown') return;
  await journal.append({ kind: 'fence.settled', permit: intent.permit, ...ending }, actor);
}

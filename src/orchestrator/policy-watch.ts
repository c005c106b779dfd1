// Reads the policy again each cycle and says once when a change broke it and once when it was mended.
import type { EventBody } from '../model/event.ts';

export type PolicyWatchPorts = {
  /** Reads the files again; never rejects. */
  reload(): Promise<{ readonly problem: string | null }>;
  /** Whether the journal says that the policy is lost. */
  isLost(): boolean;
  append(body: EventBody): Promise<unknown>;
};

export async function watchPolicy(ports: PolicyWatchPorts): Promise<void> {
  const { problem } = await ports.reload();
  if (problem !== null && !ports.isLost())
    await ports.append({
      kind: 'source.lost',
      source: 'policy',
      reason: problem,
      cost: 'every allow is suspended, and the mode is at most approve until the file is corrected',
    });
  if (problem === null && ports.isLost()) await ports.append({ kind: 'source.recovered', source: 'policy' });
}

// Writes the stop ConfigMap itself when no advisor can be told: each advisor of the cluster reads it before every write and latches it.
import { userInfo } from 'node:os';
import { stopConfigMap } from '../model/mode.ts';
import { reachCluster } from './reach.ts';
import type { VerbContext } from './verb.ts';

/** Namespace and name of the ConfigMap, and who it says stopped. Throws a Failure when the cluster does not take it either. */
export async function stopInCluster(
  context: VerbContext,
  reason: string | undefined,
): Promise<{ readonly place: string; readonly by: string }> {
  const config = context.config();
  const { connection, own } = await reachCluster(config);
  try {
    const who = await own.whoAmI(context.signal);
    const by = who?.user ?? `local:${userInfo().username}`;
    const word = { stopped: true, by, reason: reason ?? '', atMs: context.clock.now() };
    await own.writeStop(word, context.signal);
    return { place: `${config.advisorNamespace}/${stopConfigMap}`, by };
  } finally {
    await connection.close();
  }
}

// Reaches the API server without an advisor: for `stop` when none answers, and for `doctor`, which must go on where one right is missing.
import { wallClock } from '../clock.ts';
import { connect, type Connection } from '../cluster/connection.ts';
import { createOwnWrites, type OwnWrites } from '../cluster/own.ts';
import { createReader, type Reader } from '../cluster/read.ts';
import { createTransport, type Transport } from '../cluster/transport.ts';
import type { Config } from '../config/config.ts';

export type Reached = {
  readonly connection: Connection;
  readonly transport: Transport;
  readonly reader: Reader;
  readonly own: OwnWrites;
};

/** Sends nothing yet. Throws a Failure (exit 2 or 4) when no cluster is named; close the connection when done. */
export async function reachCluster(config: Config): Promise<Reached> {
  const connection = await connect({ ...config, kubeconfigPinned: config.sources.kubeconfig === 'flag' });
  const transport = createTransport(connection, wallClock());
  const own = createOwnWrites(transport, {
    namespace: config.advisorNamespace,
    lease: 'nemotron-advisor',
    instance: 'cli',
  });
  return { connection, transport, reader: createReader(transport), own };
}

// Opens the door: listens on loopback with a token that is new at each start, and leaves token and address for the owner.
import type { AddressInfo } from 'node:net';
import { exitCodes, Failure } from '../model/failure.ts';
import { newToken, removeDoorFiles, writeAddress, writeToken } from './door-files.ts';
import type { Holder } from './identity.ts';
import { iso } from './plan-view.ts';
import type { ServerPorts } from './ports.ts';
import { buildServer } from './server.ts';

export type StartOptions = {
  /** `127.0.0.1:7575`; port 0 takes a free one. */
  readonly listen: string;
  /** Subject of the operator token is `local:<osUser>`. */
  readonly osUser: string;
  readonly pid: number;
  /** Where token and address are left, usually the data folder. */
  readonly folder: string;
  /** Where clients look first; gets a copy of the address. */
  readonly addressFolder?: string;
  /** Mints a second token bound to `scripted-approver`: demo and scenarios only. */
  readonly scriptedApprover?: boolean;
};

export type RunningServer = {
  readonly url: string;
  readonly token: string;
  readonly tokenFile: string;
  readonly scriptedToken: string | null;
  close(): Promise<void>;
};

export async function startServer(ports: ServerPorts, options: StartOptions): Promise<RunningServer> {
  const operator: Holder = { subject: `local:${options.osUser}`, role: 'operator', token: newToken() };
  const scripted: Holder | null =
    options.scriptedApprover === true ? { subject: 'scripted-approver', role: 'approver', token: newToken() } : null;
  const server = buildServer(ports, scripted === null ? [operator] : [operator, scripted]);
  const { host, port } = readListen(options.listen);
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw cannotListen(options.listen, error);
  }
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server.server.address())}`;
  const path = writeToken(options.folder, operator.token);
  const { clusterId, clusterName } = ports.health();
  const startedAt = iso(ports.wall.now());
  const address = { url, pid: options.pid, tokenFile: path, clusterId, clusterName, startedAt };
  const left = [path, writeAddress(options.folder, address)];
  if (options.addressFolder !== undefined) left.push(writeAddress(options.addressFolder, address));
  return {
    url,
    token: operator.token,
    tokenFile: path,
    scriptedToken: scripted?.token ?? null,
    async close() {
      removeDoorFiles(left);
      await server.close();
    },
  };
}

function readListen(listen: string): { readonly host: string; readonly port: number } {
  const match = /^(127(?:\.\d{1,3}){3}|localhost|\[::1\]):(\d{1,5})$/.exec(listen);
  if (match?.[1] === undefined) throw cannotListen(listen, new Error('it is not a loopback address with a port'));
  return { host: match[1].replaceAll(/[[\]]/g, ''), port: Number(match[2]) };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function cannotListen(listen: string, cause: unknown): Failure {
  const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  return new Failure(
    {
      code: taken ? 'address-in-use' : 'cannot-listen',
      what: `the advisor cannot listen on ${listen}`,
      why: taken
        ? 'another process listens there'
        : cause instanceof Error
          ? cause.message.slice(0, 90)
          : 'it is refused',
      next: 'choose another port: --listen 127.0.0.1:0',
      exitCode: taken ? exitCodes.conflict : exitCodes.usage,
    },
    { cause },
  );
}

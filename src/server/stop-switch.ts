// The order in which stop and resume take effect: stop in memory first, resume in memory last.
import type { EventBody } from '../model/event.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import type { Order } from './ports.ts';

export type SwitchPorts = {
  /** Sets the switch of this process; nothing new is sent from the next instant on. */
  latch(stopped: boolean): void;
  append(body: EventBody, actor: string): Promise<unknown>;
  /** Writes the stop ConfigMap. */
  publish(stopped: boolean, by: string, reason: string | undefined): Promise<void>;
};

export type StopSwitch = {
  stop(order: Order & { readonly reason?: string }): Promise<{ readonly warnings: readonly string[] }>;
  resume(order: Order & { readonly reason: string }): Promise<{ readonly warnings: readonly string[] }>;
  /** Writes again what a stop could not write; called once a cycle. */
  flush(): Promise<void>;
};

/** Stop holds when neither journal nor ConfigMap can be written, and says so; resume needs both. */
export function createStopSwitch(ports: SwitchPorts): StopSwitch {
  let owed: { readonly place: string; write(): Promise<unknown> }[] = [];
  const flush = async (): Promise<readonly string[]> => {
    const writes = owed;
    const results = await Promise.allSettled(writes.map(async (one) => await one.write()));
    const failed = writes.filter((_, index) => results[index]?.status === 'rejected');
    // A stop or resume that came meanwhile has its own writes to do.
    if (owed === writes) owed = failed;
    return results.flatMap((one, index) =>
      one.status === 'rejected' ? [`not in the ${writes[index]?.place}: ${messageOf(one.reason)}`] : [],
    );
  };
  return {
    async stop({ by, door, reason }) {
      ports.latch(true);
      const given = reason === undefined ? {} : { reason };
      owed = [
        { place: 'journal', write: async () => await ports.append({ kind: 'switch.stopped', by, door, ...given }, by) },
        { place: 'stop ConfigMap', write: async () => await ports.publish(true, by, reason) },
      ];
      return { warnings: await flush() };
    },
    async resume({ by, door, reason }) {
      // A ConfigMap that still says stop would stop everything again at the next look.
      try {
        await ports.publish(false, by, reason);
      } catch (error) {
        throw stillStopped(`the stop ConfigMap cannot be written: ${messageOf(error)}`, error);
      }
      await ports.append({ kind: 'switch.resumed', by, door, reason }, by);
      owed = [];
      ports.latch(false);
      return { warnings: [] };
    },
    async flush() {
      if (owed.length > 0) await flush();
    },
  };
}

function stillStopped(why: string, cause: unknown): Failure {
  return new Failure(
    {
      code: 'still-stopped',
      what: 'actions stay stopped',
      why: why.slice(0, 160),
      next: 'advisor doctor',
      exitCode: exitCodes.heldBack,
    },
    { cause },
  );
}

function messageOf(error: unknown): string {
  if (error instanceof Failure) return `${error.problem.what} (${error.problem.code})`;
  return error instanceof Error ? error.message : String(error);
}

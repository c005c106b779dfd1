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
};

/** Stop holds when neither journal nor ConfigMap can be written, and says so; resume needs both. */
export function createStopSwitch(ports: SwitchPorts): StopSwitch {
  return {
    async stop({ by, door, reason }) {
      ports.latch(true);
      const given = reason === undefined ? {} : { reason };
      const [journal, configMap] = await Promise.allSettled([
        ports.append({ kind: 'switch.stopped', by, door, ...given }, by),
        ports.publish(true, by, reason),
      ]);
      const warnings: string[] = [];
      if (journal.status === 'rejected') warnings.push(`not in the journal: ${messageOf(journal.reason)}`);
      if (configMap.status === 'rejected') warnings.push(`not in the stop ConfigMap: ${messageOf(configMap.reason)}`);
      return { warnings };
    },
    async resume({ by, door, reason }) {
      // A ConfigMap that still says stop would stop everything again at the next look.
      try {
        await ports.publish(false, by, reason);
      } catch (error) {
        throw stillStopped(`the stop ConfigMap cannot be written: ${messageOf(error)}`, error);
      }
      await ports.append({ kind: 'switch.resumed', by, door, reason }, by);
      ports.latch(false);
      return { warnings: [] };
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

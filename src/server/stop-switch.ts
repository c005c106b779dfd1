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
  let stops = 0;
  let tail: Promise<unknown> = Promise.resolve();
  /** One order writes at a time: otherwise the older of two could reach the cluster last and be what stays written. */
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return await result;
  };
  const flush = async (): Promise<readonly string[]> => {
    const writes = owed;
    const results = await Promise.allSettled(writes.map(async (one) => await one.write()));
    owed = writes.filter((_, index) => results[index]?.status === 'rejected');
    return results.flatMap((one, index) =>
      one.status === 'rejected' ? [`not in the ${writes[index]?.place}: ${messageOf(one.reason)}`] : [],
    );
  };
  return {
    async stop({ by, door, reason }) {
      ports.latch(true);
      stops += 1;
      const given = reason === undefined ? {} : { reason };
      return await inTurn(async () => {
        owed = [
          {
            place: 'journal',
            write: async () => await ports.append({ kind: 'switch.stopped', by, door, ...given }, by),
          },
          { place: 'stop ConfigMap', write: async () => await ports.publish(true, by, reason) },
        ];
        return { warnings: await flush() };
      });
    },
    async resume({ by, door, reason }) {
      const known = stops;
      /** Whoever stops while a resume is under way means what they see now; the resume was given before that. */
      const stoppedAgain = (): boolean => stops !== known;
      return await inTurn(async () => {
        // A ConfigMap that still says stop would stop everything again at the next look.
        try {
          await ports.publish(false, by, reason);
        } catch (error) {
          throw stillStopped(`the stop ConfigMap cannot be written: ${messageOf(error)}`, error);
        }
        if (stoppedAgain()) throw stillStopped('somebody stopped them again meanwhile');
        await ports.append({ kind: 'switch.resumed', by, door, reason }, by);
        owed = [];
        if (stoppedAgain()) throw stillStopped('somebody stopped them again meanwhile');
        ports.latch(false);
        return { warnings: [] };
      });
    },
    async flush() {
      await inTurn(async () => {
        if (owed.length > 0) await flush();
      });
    },
  };
}

function stillStopped(why: string, cause?: unknown): Failure {
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

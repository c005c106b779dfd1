// Where a process is killed: a cluster of either kind that outlives it, and the data folder that its successor finds.
import type { AuditedRequest } from '../scenario/judge.ts';
import type { Proxy } from '../outage/proxy.ts';
import type { Begin, Killable } from './killable.ts';

export type CrashStage = {
  readonly advisorUser: string;
  /** Holds the journal. */
  readonly dataFolder: string;
  /** Cluster time now, milliseconds. */
  nowMs(): number;
  /** Windows of the product are divided by it. */
  readonly scale: number;
  /** Between advisor and API server, where requests can be seen and held. */
  readonly proxy: Proxy | null;
  /** What a new process is told. */
  begin(): Begin;
  inject(name: string): Promise<void>;
  /** Lets some cluster time pass, alive or dead. */
  pass(advisor: Killable): Promise<void>;
  audit(): readonly AuditedRequest[];
  close(): Promise<void>;
};

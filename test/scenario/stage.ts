// Where a scenario is played: a cluster of either kind with an advisor on it, and the time that passes there.
import type { Advisor } from '../../src/app.ts';
import type { Clock } from '../../src/clock.ts';
import type { AuditedRequest } from './judge.ts';

export type Stage = {
  readonly advisor: Advisor;
  readonly advisorUser: string;
  /** Cluster time. */
  readonly clock: Pick<Clock, 'now'>;
  /** Windows of the product are divided by it. */
  readonly scale: number;
  inject(name: string): Promise<void>;
  /** Lets some cluster time pass: the product has looked and acted on what was there. */
  pass(): Promise<void>;
  audit(): readonly AuditedRequest[];
  close(): Promise<void>;
};

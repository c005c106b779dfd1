// What a simulated workload is: the load it gets, what a request costs, whom it calls, and what each of its images does.
import type { LoadCurve } from './load-curve.ts';

export type WorkloadModel = {
  /** `namespace/name`, also the key of its Service. */
  readonly key: string;
  /** Requests that come from outside the cluster; null when only other workloads call it. */
  readonly visitors: LoadCurve | null;
  /** Calls per request to the Service whose address an environment variable holds. */
  readonly calls: readonly { readonly env: string; readonly perRequest: number }[];
  readonly cpuSecondsPerRequest: number;
  readonly idleCores: number;
  /** 99th percentile of an idle process without the time of the services that it calls. */
  readonly p99Seconds: number;
  readonly memoryBytes: number;
  readonly memoryBytesPerRps: number;
  readonly receivedBytesPerRequest: number;
  readonly sentBytesPerRequest: number;
  /** A job that burns `factor` times its idle cores during one hour of each day. */
  readonly nightly?: { readonly hourUtc: number; readonly factor: number };
};

export type ImageProfile = {
  readonly image: string;
  /** Key of its workload model. */
  readonly app: string;
  readonly listens: readonly number[];
  /** From process start until it listens. */
  readonly startMs: number;
  readonly errorRatio: number;
  readonly latencyFactor: number;
  readonly extraMemoryBytes: number;
  readonly startLines: readonly string[];
  /** Written while requests fail by the process's own fault; one of them per tick. */
  readonly errorLines: readonly string[];
  /** Written next to the error lines, also only while requests fail. */
  readonly remarks?: readonly string[];
  /** A configuration that this version cannot read: the share of requests that fail when the variable has this value. */
  readonly unreadable?: { readonly env: string; readonly value: string; readonly errorRatio: number };
  /** A process that ends by itself. */
  readonly exits?: { readonly afterMs: number; readonly code: number; readonly line: string };
};

/** An image that only starts and listens. */
export function plainImage(image: string, app: string, listens: readonly number[]): ImageProfile {
  return {
    image,
    app,
    listens,
    startMs: 3_000,
    errorRatio: 0.001,
    latencyFactor: 1,
    extraMemoryBytes: 0,
    startLines: listens.map((port) => `listening on :${port}`),
    errorLines: ['ERROR request failed: unexpected end of input'],
  };
}

// One probe of one container: what it meets, what the kubelet writes about it, and when its verdict turns.
import type { Container, Probe } from '../../model/kube.ts';
import type { Answer } from '../workload/physics.ts';

export type ProbeKind = 'readiness' | 'liveness' | 'startup';
export type ProbeResult =
  | { readonly word: 'success' }
  | { readonly word: 'failure'; readonly output: string }
  | { readonly word: 'unknown'; readonly output: string };

/** Answers with what a kubelet of 1.37 prints. `answer` tells what a port of the container does. */
export function evaluateProbe(
  probe: Probe,
  container: Container,
  podIp: string,
  answer: (port: number) => Answer,
): ProbeResult {
  const wanted = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  if (wanted === undefined) return { word: 'success' };
  const port = portNumber(wanted, container);
  if (port === null) return { word: 'unknown', output: `port "${wanted}" not found` };
  const met = answer(port);
  const refused = `dial tcp ${podIp}:${port}: connect: connection refused`;
  if (probe.httpGet === undefined)
    return met === 'refused' ? { word: 'failure', output: refused } : { word: 'success' };
  const scheme = (probe.httpGet.scheme ?? 'HTTP').toLowerCase();
  const path = probe.httpGet.path ?? '/';
  const url = `Get "${scheme}://${podIp}:${port}${path.startsWith('/') ? path : `/${path}`}"`;
  if (met === 'refused') return { word: 'failure', output: `${url}: ${refused}` };
  if (met === 'hangs')
    return {
      word: 'failure',
      output: `${url}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
    };
  if (scheme === 'https') return { word: 'failure', output: `${url}: http: server gave HTTP response to HTTPS client` };
  if (met >= 200 && met < 400) return { word: 'success' };
  return { word: 'failure', output: `HTTP probe failed with statuscode: ${met}` };
}

/** The sentence of the Unhealthy event. */
export function unhealthyMessage(kind: ProbeKind, result: Exclude<ProbeResult, { word: 'success' }>): string {
  const name = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return result.word === 'failure'
    ? `${name} probe failed: ${result.output}`
    : `${name} probe errored and resulted in unknown state: ${result.output}`;
}

/** Counts consecutive results; the verdict turns at the probe's thresholds. */
export class ProbeCounter {
  readonly #successes: number;
  readonly #failures: number;
  #run = 0;
  #last: 'success' | 'failure' | null = null;

  constructor(probe: Probe) {
    this.#successes = probe.successThreshold ?? 1;
    this.#failures = probe.failureThreshold ?? 3;
  }

  /** `passed` or `failed` when the threshold is reached, null before. An unknown result counts for nothing. */
  count(result: ProbeResult): 'passed' | 'failed' | null {
    if (result.word === 'unknown') return null;
    this.#run = result.word === this.#last ? this.#run + 1 : 1;
    this.#last = result.word;
    if (result.word === 'success') return this.#run >= this.#successes ? 'passed' : null;
    return this.#run >= this.#failures ? 'failed' : null;
  }
}

function portNumber(port: number | string, container: Container): number | null {
  if (typeof port === 'number') return port;
  if (/^\d+$/.test(port)) return Number(port);
  return container.ports?.find((one) => one.name === port)?.containerPort ?? null;
}

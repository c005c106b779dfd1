// Reads the last lines of failing containers as untrusted evidence: few pods, few lines, marked when a line gives orders.
import { deadline, type Clock } from '../clock.ts';
import type { EvidenceDraft } from '../model/evidence.ts';
import { isLive, isPodReady, type Pod } from '../model/kube.ts';
import type { SignalBook } from '../model/signal.ts';
import type { ObjectRef } from '../model/target.ts';
import type { ClusterView } from '../model/view.ts';
import { cutLine } from './cut-line.ts';
import { givesOrder } from './orders.ts';
import type { EvidenceReader } from './ports.ts';

const linesRead = 50;
const mostPods = 2;
const mostLines = 4;
const longestLine = 300;
const readMs = 3_000;
const telling = /error|fatal|panic|exception|fail|refused|timed? ?out|denied|cannot|unable/i;

export type Logs = {
  readonly byPod: ReadonlyMap<string, readonly string[]>;
  readonly drafts: readonly EvidenceDraft[];
};

export const noLogs: Logs = { byPod: new Map(), drafts: [] };

export async function readLogs(
  root: ObjectRef,
  view: ClusterView,
  signals: SignalBook,
  reader: EvidenceReader,
  wall: Clock,
): Promise<Logs> {
  const byPod = new Map<string, readonly string[]>();
  const drafts: EvidenceDraft[] = [];
  const limit = deadline(wall, readMs);
  try {
    for (const pod of failing(root, view, signals)) {
      const container = failingContainer(pod);
      if (container === null) continue;
      const of = { namespace: root.namespace, pod: pod.metadata.name, ...container };
      const lines = await reader.tail(of, linesRead, limit.signal).catch(() => null);
      if (lines === null || lines.length === 0) continue;
      byPod.set(pod.metadata.name, lines);
      drafts.push(...draftsOf(lines, pod, container.container, view.asOfMs));
    }
  } finally {
    limit.done();
  }
  return { byPod, drafts: once(drafts) };
}

/** Not ready first, then by share of errors, then the youngest. */
function failing(root: ObjectRef, view: ClusterView, signals: SignalBook): readonly Pod[] {
  const errors = signals.byPod('sli.err', root);
  const weight = (pod: Pod): number => (isPodReady(pod) ? 0 : 10) + (errors.get(pod.metadata.name)?.value ?? 0);
  return view
    .podsOf(root)
    .filter((pod) => isLive(pod) && (pod.status?.containerStatuses ?? []).length > 0)
    .toSorted(
      (left, right) =>
        weight(right) - weight(left) ||
        (right.metadata.creationTimestamp ?? '').localeCompare(left.metadata.creationTimestamp ?? ''),
    )
    .slice(0, mostPods);
}

/** The container that is not ready, else the first; its former instance when it has ended and not come back. */
function failingContainer(pod: Pod): { readonly container: string; readonly previous: boolean } | null {
  const statuses = pod.status?.containerStatuses ?? [];
  const status = statuses.find((one) => one.ready !== true) ?? statuses[0];
  if (status === undefined) return null;
  const never = status.state?.waiting !== undefined && (status.restartCount ?? 0) === 0;
  if (never) return null;
  return {
    container: status.name,
    previous: status.state?.running === undefined && status.lastState?.terminated !== undefined,
  };
}

/** Orders first, so that they are shown, then the newest lines that tell of a failure, else the last line. */
function draftsOf(lines: readonly string[], pod: Pod, container: string, atMs: number): readonly EvidenceDraft[] {
  const distinct = [...new Set(lines.map(oneLine).filter((line) => line !== ''))];
  const orders = distinct.filter(givesOrder);
  const errors = distinct.filter((line) => telling.test(line) && !orders.includes(line)).slice(-2);
  const chosen = [...orders.slice(-2), ...errors];
  const last = distinct.at(-1);
  if (chosen.length === 0 && last !== undefined) chosen.push(last);
  return chosen.slice(0, mostLines).map((line) => ({
    trust: 'untrusted',
    source: `log:${pod.metadata.name}/${container}`,
    atMs,
    sentence: `its log says: "${line}"`,
    ...(orders.includes(line) ? { ignoredInstruction: true } : {}),
  }));
}

/** The same words from another pod, or at another time, are no further evidence. */
function once(drafts: readonly EvidenceDraft[]): readonly EvidenceDraft[] {
  const seen = new Set<string>();
  return drafts.filter((one) => {
    const key = one.sentence.replaceAll(/\d+/g, '#');
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ').trim();
  return cutLine(clean, longestLine);
}

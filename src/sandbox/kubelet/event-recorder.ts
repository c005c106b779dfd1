// Core v1 events as kubelets write them: a repeated one raises the count of the first, a burst is held back.
import type { Clock } from '../../clock.ts';
import type { ClusterPort, KubeObject } from '../cluster-port.ts';
import { resources, timeText } from './resources.ts';
import type { WriteQueue } from './write-queue.ts';

type EventSubject = {
  readonly kind: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly fieldPath?: string;
};

export interface EventRecorder {
  record(subject: EventSubject, type: 'Normal' | 'Warning', reason: string, message: string): void;
  /** Forgets what was recorded about an object that is gone. */
  forget(uid: string): void;
}

const burst = 25;
const refillMs = 300_000;

export function createEventRecorder(
  port: ClusterPort,
  writes: WriteQueue,
  source: { readonly component: string; readonly host: string },
  time: { readonly clock: Clock; readonly scale: number },
): EventRecorder {
  type Known = { readonly name: string; readonly firstMs: number; count: number };
  const known = new Map<string, Map<string, Known>>();
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  let serial = 0;

  const allowed = (uid: string, nowMs: number): boolean => {
    const bucket = buckets.get(uid) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) * time.scale) / refillMs);
    buckets.set(uid, { tokens: Math.max(0, tokens - 1), atMs: nowMs });
    return tokens >= 1;
  };
  return {
    record(subject, type, reason, message) {
      const nowMs = time.clock.now();
      if (!allowed(subject.uid, nowMs)) return;
      const ofObject = known.get(subject.uid) ?? new Map<string, Known>();
      known.set(subject.uid, ofObject);
      const key = JSON.stringify([type, reason, message, subject.fieldPath ?? '']);
      const before = ofObject.get(key);
      const create = async (entry: Known, count: number): Promise<void> => {
        const event: KubeObject = {
          apiVersion: 'v1',
          kind: 'Event',
          metadata: { name: entry.name, namespace: subject.namespace },
          involvedObject: subject,
          type,
          reason,
          message,
          source,
          reportingComponent: source.component,
          reportingInstance: source.host,
          firstTimestamp: timeText(entry.firstMs),
          lastTimestamp: timeText(nowMs),
          count,
        };
        await port.create(resources.events, subject.namespace, event);
      };
      if (before === undefined) {
        serial += 1;
        const entry = { name: `${subject.name}.${nowMs.toString(16)}${serial.toString(16)}`, firstMs: nowMs, count: 1 };
        ofObject.set(key, entry);
        writes.push(`event/${entry.name}`, async () => await create(entry, 1));
        return;
      }
      before.count += 1;
      const { count } = before;
      writes.push(`event/${before.name}`, async () => {
        const body = { count, lastTimestamp: timeText(nowMs) };
        const found = await port.patch(resources.events, subject.namespace, before.name, 'merge', body);
        if (found === null) await create(before, count);
      });
    },
    forget(uid) {
      known.delete(uid);
      buckets.delete(uid);
    },
  };
}

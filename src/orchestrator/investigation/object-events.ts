// Kubernetes Events on an object, newest last: reported evidence, since components and anybody with the right may write them.
import { z } from 'zod';
import type { KubeEvent } from '../../model/kube.ts';
import { shownRef } from '../../model/target.ts';
import { cutLine } from '../cut-line.ts';
import { givesOrder } from '../orders.ts';
import { toolOf } from './tool.ts';

const args = z.strictObject({ of: z.string().optional() });
const mostEvents = 4;

export const objectEvents = toolOf({
  name: 'events',
  about: 'answers the newest Kubernetes Events on it',
  args,
  read(_args, of, { view, nowMs }) {
    const drafts = view
      .eventsOn(of)
      .slice(-mostEvents)
      .map((event) => {
        const words = cutLine((event.message ?? '').replaceAll(/\s+/g, ' ').trim(), 300);
        return {
          trust: 'reported' as const,
          source: `event on ${shownRef(of)}`,
          atMs: timeOf(event) ?? nowMs,
          sentence: `${event.reason ?? 'no reason'}${times(event)}: ${words}`,
          ...(givesOrder(words) ? { ignoredInstruction: true } : {}),
        };
      });
    return Promise.resolve(drafts);
  },
});

function timeOf(event: KubeEvent): number | null {
  const text = event.lastTimestamp ?? event.metadata.creationTimestamp;
  const ms = text === null || text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}

function times(event: KubeEvent): string {
  return (event.count ?? 1) > 1 ? ` (${event.count} times)` : '';
}

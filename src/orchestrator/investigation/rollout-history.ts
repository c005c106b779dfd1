// The revisions of a workload: which images ran when, and how many pods of each are ready.
import { z } from 'zod';
import { shownRef } from '../../model/target.ts';
import { givesOrder } from '../orders.ts';
import { toolOf } from './tool.ts';

const args = z.strictObject({ of: z.string().optional() });
const mostRevisions = 3;

export const rolloutHistory = toolOf({
  name: 'rollout_history',
  about: 'answers its newest revisions with images and ready pods',
  args,
  read(_args, of, { view, nowMs }) {
    const drafts = view
      .revisionsOf(of)
      .slice(-mostRevisions)
      .map(({ number, template, createdAtMs, replicas, readyReplicas, current }) => {
        const images = (template.spec?.containers ?? []).map((one) => one.image ?? 'no image').join(', ');
        const age = createdAtMs === null ? 'of unknown age' : `${Math.round((nowMs - createdAtMs) / 60_000)} min old`;
        return {
          // Images are named by whoever may push them.
          trust: 'untrusted' as const,
          source: `revision ${number} of ${shownRef(of)}`,
          atMs: createdAtMs ?? nowMs,
          sentence: `revision ${number}${current ? ', the current one' : ''}: ${images}, ${age}, ${readyReplicas} of ${replicas} pods ready`,
          ...(givesOrder(images) ? { ignoredInstruction: true } : {}),
        };
      });
    return Promise.resolve(drafts);
  },
});

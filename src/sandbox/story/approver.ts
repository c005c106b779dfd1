// The scripted approver: approves what waits through the same door as a person, with a token that only demo and scenarios mint.
import { randomUUID } from 'node:crypto';
import { fetch } from 'undici';
import { z } from 'zod';
import { apiPrefix, doorHeader, idempotencyHeader } from '../../model/door.ts';

export type Door = { readonly url: string; readonly token: string };

const waiting = z.object({
  items: z.array(z.object({ id: z.string(), digest: z.string(), mayDecide: z.boolean() })),
});

/** Approves every approval that waits and may be decided by this subject; answers their ids. A refusal by the door is left for the next look. */
export async function approveWaiting(door: Door): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${door.token}`, accept: 'application/json', [doorHeader]: 'api' };
  const list = await fetch(`${door.url}${apiPrefix}/approvals`, { headers });
  const read = waiting.safeParse(await list.json());
  // The door bounds how often it is asked: what waits is seen at the next look.
  const items = read.success ? read.data.items : [];
  const decided: string[] = [];
  for (const one of items) {
    if (!one.mayDecide) continue;
    const answer = await fetch(`${door.url}${apiPrefix}/approvals/${one.id}/decision`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', [idempotencyHeader]: randomUUID() },
      body: JSON.stringify({ decision: 'approved', digest: one.digest, reason: 'scripted' }),
    });
    await answer.text();
    if (answer.status === 200) decided.push(one.id);
  }
  return decided;
}

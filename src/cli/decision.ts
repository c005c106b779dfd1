// What approving and denying share: which approval is meant, and the decision as programs read it.
import type { DecisionAnswer } from '../model/api.ts';
import { usage } from './verb.ts';
import type { AdvisorClient } from './client.ts';
import { documentText, type DocumentForm } from './document.ts';
import { latest, normalId } from './ids.ts';

/** `17` and `apr17` → `apr-17`; `@latest` → the newest one that waits. */
export async function approvalId(client: Pick<AdvisorClient, 'waiting'>, text: string): Promise<string> {
  if (text !== latest) return normalId(text, 'apr');
  const newest = (await client.waiting()).at(-1);
  if (newest === undefined)
    throw usage('no approval waits', `${latest} names the newest one that does`, 'advisor incidents');
  return newest.id;
}

export function decisionText(form: DocumentForm, decision: DecisionAnswer, outcome: string | null): string {
  const { approval, plan, by, door, event, digest, state } = decision;
  return documentText(
    form,
    'Decision',
    {},
    {
      data: { approval, plan, decision: decision.decision, by, door, event, digest, state, outcome },
    },
  );
}

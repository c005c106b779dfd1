// `deny`: refuses a plan that waits; the reason code decides what the advisor does next.
import { denyCodes } from '../model/api.ts';
import type { VerbContext, Verb } from './verb.ts';
import { usage } from './verb.ts';
import { connectAdvisor } from './client.ts';
import { approvalId, decisionText } from './decision.ts';
import { isDocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { ask } from './prompt.ts';

type DenyReason = (typeof denyCodes)[number];

/** What each reason code does, shown before it is sent. */
export const denyReasons = {
  'wrong-cause': 'the cause gets evidence against it and the incident is diagnosed again',
  'wrong-action': 'this action is off the menu for the incident; planning anew',
  'not-now': 'nothing is proposed for this target for now',
  'by-hand': 'the incident waits and is watched; you act yourself',
  'not-a-problem': 'the incident is put aside',
  'owner-elsewhere': 'later plans for these fields become advice',
} as const satisfies Readonly<Record<DenyReason, string>>;

export const deny: Verb<{ readonly because?: unknown; readonly reason?: unknown }> = async (context, options, args) => {
  const because = await reasonCode(context, textOf(options.because));
  const reason = textOf(options.reason);
  if (reason !== undefined && reason.length > 500)
    throw usage('the reason is too long', `it has ${reason.length} characters; at most 500 are kept`);
  const client = await connectAdvisor(context);
  const approval = await client.approval(await approvalId(client, args[0] ?? ''));
  const decision = await client.decide(approval.id, {
    decision: 'denied',
    digest: approval.digest,
    reasonCode: because,
    ...(reason === undefined ? {} : { reason }),
  });
  if (isDocumentForm(context.form)) context.out(decisionText(context.form, decision, null));
  else if (context.terminal.shown)
    context.out(`denied    ${approval.id} by ${decision.by}, event ${decision.event} · ${denyReasons[because]}\n`);
  else context.out(`${approval.id} denied by=${decision.by} event=${decision.event} because=${because}\n`);
  return 0;
};

async function reasonCode(context: VerbContext, given: string | undefined): Promise<DenyReason> {
  const codes = Object.keys(denyReasons);
  const text = given ?? (context.terminal.canPrompt ? await ask(context, `Because? (${codes.join(', ')}) `) : '');
  if (isReason(text)) return text;
  throw usage(
    text === '' ? 'a denial needs a reason code' : `--because does not take "${text}"`,
    `it takes ${codes.join(', ')}`,
    'advisor deny APR --because wrong-action',
  );
}

function isReason(text: string): text is DenyReason {
  return Object.hasOwn(denyReasons, text);
}

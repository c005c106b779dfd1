// `stop`: no new write from now on; asks nothing, and writes the stop ConfigMap itself when the advisor cannot be reached.
import type { Envelope, SwitchView } from '../model/api.ts';
import { Failure } from '../model/failure.ts';
import { connectAdvisor } from './client.ts';
import { documentText, isDocumentForm, type DocumentForm } from './document.ts';
import { textOf } from './incidents.ts';
import { stopInCluster } from './stop-in-cluster.ts';
import type { Verb } from './verb.ts';

export const stop: Verb<{ readonly reason?: unknown }> = async (context, options) => {
  const reason = textOf(options.reason);
  try {
    const client = await connectAdvisor(context);
    const answer = await client.setSwitch({ stopped: true, ...(reason === undefined ? {} : { reason }) });
    if (isDocumentForm(context.form)) {
      context.out(switchText(context.form, answer));
      return 0;
    }
    context.out(
      `stopped   by ${answer.by ?? 'unknown'}, ${answer.event === null ? 'not recorded' : `event ${answer.event}`} · no write will start\n`,
    );
    for (const one of answer.inFlight)
      context.out(
        `in flight ${one.action} ${one.summary}; still watched, but its undo is held. By hand:\n          ${one.undo ?? 'it cannot be undone'}\n`,
      );
    for (const one of answer.held)
      context.out(
        `held      ${one.action} ${one.summary}${one.byHand === null ? '' : `. By hand:\n          ${one.byHand}`}\n`,
      );
    for (const warning of answer.warnings) context.note(`warning: ${warning.what}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof Failure) || error.problem.exitCode !== 4) throw error;
    context.note(`${error.problem.what}: ${error.problem.why}\n`);
    const written = await stopInCluster(context, reason);
    if (isDocumentForm(context.form)) {
      const data = { stopped: true, by: written.by, reason: reason ?? null, event: null, inFlight: [], held: [] };
      context.out(documentText(context.form, 'Switch', {}, { data: { ...data, configMap: written.place } }));
    } else
      context.out(
        `stopped   by the ConfigMap ${written.place} of the cluster · an advisor that reads it starts no write\n`,
      );
    return 0;
  }
};

export function switchText(form: DocumentForm, answer: SwitchView & Envelope): string {
  const { asOf, seq, complete, warnings, ...data } = answer;
  return documentText(form, 'Switch', { asOf, seq, complete, warnings }, { data });
}

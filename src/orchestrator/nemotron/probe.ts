// Tells whether a model could lead now and how, for `doctor`: finds it, and has it answer the smallest question there is.
import { createAsking, type AskingOptions } from './asking.ts';
import { checkQuestion } from './check-question.ts';
import type { ModelState } from './model-state.ts';

/** Never rejects; asks at most one listing, a few questions of one token and one of a few words. */
export async function probeModel(options: AskingOptions, signal: AbortSignal): Promise<ModelState> {
  const asking = createAsking(options);
  try {
    const found = await asking.probe(signal);
    if (found.state !== 'ok') return found;
    const answer = await asking.ask(checkQuestion, signal);
    if ('refused' in answer)
      return { state: 'refused', detail: `${found.detail}; it gave no answer of use: ${answer.refused}` };
    const { breaker, requestsPerMinute, caps } = asking.status();
    return {
      ...found,
      detail: [
        found.detail,
        `answers by ${answer.rung}`,
        `breaker ${breaker.state}`,
        `at most ${requestsPerMinute} requests a minute`,
        `${caps.incident} tokens an incident, ${caps.hour} an hour, ${caps.day} a day`,
      ].join(', '),
    };
  } finally {
    await asking.close();
  }
}

// A prompt of one fenced section within a budget: what the model is told stays whole, lines of data are taken in their order while there is room.
import { safetyText, type Brief } from './brief.ts';
import type { Frame } from './question.ts';

type FencedPrompt = {
  readonly systemText: string;
  readonly schemaText: string;
  /** Lines above the fence. */
  readonly heading: readonly string[];
  /** Quoted already. */
  readonly lines: readonly string[];
  /** Quotes the words of a refusal. */
  readonly quote: (text: string) => string;
};

/** Roles, separators and the opening of the answer, as chat templates add them. */
const templateBytes = 64;

export function fencedPrompt({ budget, systemLine, refused }: Frame, parts: FencedPrompt): Brief {
  const system = [systemLine ?? '', parts.systemText, safetyText, parts.schemaText]
    .filter((one) => one !== '')
    .join('\n\n');
  const closing =
    refused === undefined
      ? 'Answer now with the JSON object.'
      : `Your last answer was not taken: ${JSON.stringify(parts.quote(refused))}. Answer again with the JSON object alone.`;
  const framed = (shown: readonly string[]): string =>
    [...parts.heading, '<data>', ...shown, '</data>', closing].join('\n');
  let room = budget.promptBytes - templateBytes - Buffer.byteLength(system) - Buffer.byteLength(framed([]));
  const shown = parts.lines.filter((line) => {
    const size = Buffer.byteLength(line) + 1;
    if (size > room) return false;
    room -= size;
    return true;
  });
  const user = framed(shown);
  return { system, user, bytes: Buffer.byteLength(system) + Buffer.byteLength(user) + templateBytes };
}

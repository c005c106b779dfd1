// What each family of Nemotron takes: its window, how its thinking is switched off, and which models may lead, best first.
import type { JsonObject } from '../../model/json.ts';
import { choice, promptedJson, rungs, type Rung } from './rungs.ts';

export type Profile = {
  readonly family: 'nemotron-3' | 'nemotron-4' | 'llama-nemotron' | 'nano-v2' | 'other';
  /** Tokens of context to count on when the endpoint does not say. */
  readonly contextTokens: number;
  /** First line of the system message. */
  readonly systemLine?: string;
  /** Fields of the request; a field of another family answers 400. */
  readonly extra: JsonObject;
  /** Whether a server of this family has native tool calls and structured output at all. */
  readonly structured: boolean;
};

/** The hosted endpoint's list, best first. */
export const hostedModels: readonly string[] = [
  'nvidia/nemotron-3-ultra-550b-a55b',
  'nvidia/nemotron-3-super-120b-a12b',
  'nvidia/nemotron-3.5-lightning-30b-a3b',
];

/** More than this is never filled, since evidence has a ceiling set by cost. */
const wideEnough = 8_192;

/** Thinking is off: it counts against the answer's tokens, and nothing of it is acted on. */
export function profileOf(model: string): Profile {
  const name = model.toLowerCase();
  if (/nemotron-4/.test(name)) return { family: 'nemotron-4', contextTokens: 4_096, extra: {}, structured: false };
  if (/llama.*nemotron/.test(name))
    return {
      family: 'llama-nemotron',
      contextTokens: wideEnough,
      systemLine: 'detailed thinking off',
      extra: {},
      structured: true,
    };
  if (/nemotron-nano.*v2/.test(name))
    return { family: 'nano-v2', contextTokens: wideEnough, systemLine: '/no_think', extra: {}, structured: true };
  if (/nemotron-3/.test(name))
    return {
      family: 'nemotron-3',
      contextTokens: wideEnough,
      extra: { chat_template_kwargs: { enable_thinking: false } },
      structured: true,
    };
  return { family: 'other', contextTokens: 4_096, extra: {}, structured: true };
}

/** The rungs that are worth trying on a family, best first. */
export function rungsOf(profile: Profile): readonly Rung[] {
  return profile.structured ? rungs : plainRungs;
}

const plainRungs: readonly Rung[] = [promptedJson, choice];

/** A Nemotron that converses; the family's rankers, embedders, judges and readers of pictures do not lead. */
export function mayLead(model: string): boolean {
  return (
    /nemotron/i.test(model) &&
    !/embed|rerank|reward|retriev|parse|safety|guard|ocr|voice|speech|asr|-vl(-|$)/i.test(model)
  );
}

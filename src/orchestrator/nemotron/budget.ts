// How long a brief may be: the sections' shares of a 4,096 token window, and an estimate of tokens from bytes that only gets more careful.

export type Budget = {
  /** Of both messages together, with what the chat template adds. */
  readonly promptBytes: number;
  readonly goalBytes: number;
  readonly notesBytes: number;
  readonly evidenceBytes: number;
  readonly outputTokens: number;
};

export const smallestContextTokens = 4_096;
const outputTokens = 768;

/** English with names and numbers has 3.5 to 4.5 bytes a token; fewer is the careful guess. */
export const carefulBytesPerToken = 3;
const leastBytesPerToken = 2;

const reserveTokens = 210;
const goalTokens = 450;
const notesTokens = 218;
const evidenceTokens = 1_090;
const mostEvidenceTokens = 1_500;

/** A larger window gives room to evidence only, up to the ceiling. */
export function budgetFor(contextTokens: number, bytesPerToken: number): Budget {
  const beyond = Math.max(0, contextTokens - smallestContextTokens);
  const evidence = Math.min(mostEvidenceTokens, evidenceTokens + beyond);
  const prompt = smallestContextTokens - outputTokens - reserveTokens - evidenceTokens + evidence;
  const bytes = (tokens: number): number => Math.floor(tokens * bytesPerToken);
  return {
    promptBytes: bytes(prompt),
    goalBytes: bytes(goalTokens),
    notesBytes: bytes(notesTokens),
    evidenceBytes: bytes(evidence),
    outputTokens,
  };
}

/** The estimate after an endpoint counted: the smaller of both, within sane limits. */
export function corrected(bytesPerToken: number, promptBytes: number, promptTokens: number | undefined): number {
  if (promptTokens === undefined || promptTokens === 0) return bytesPerToken;
  return Math.min(bytesPerToken, Math.max(leastBytesPerToken, promptBytes / promptTokens));
}

// Outcomes: what a write did, as verified afterwards. Not known is an answer.
import { z } from 'zod';

export const outcomeWord = z.enum(['effective', 'ineffective', 'harmful', 'unknown']);
export type OutcomeWord = z.infer<typeof outcomeWord>;

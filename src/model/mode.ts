// Modes: the most that may happen to a target without a person.
import { z } from 'zod';

export const modes = ['observe', 'suggest', 'approve', 'auto'] as const;
export const mode = z.enum(modes);
export type Mode = z.infer<typeof mode>;

/** The lower of two modes: every source of a mode can only lower it. */
export function lowest(first: Mode, ...others: readonly Mode[]): Mode {
  return others.reduce((low, other) => (modes.indexOf(other) < modes.indexOf(low) ? other : low), first);
}

export const modeAnnotation = 'nemotron-advisor.dev/mode';
export const markAnnotation = 'nemotron-advisor.dev/last-action';
export const protectedAnnotation = 'nemotron-advisor.dev/protected';
export const fieldManager = 'k8s-nemotron-advisor';
export const stopConfigMap = 'nemotron-advisor-stop';

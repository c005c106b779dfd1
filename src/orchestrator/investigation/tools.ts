// The closed set of read-only tools that a leader may ask for; nothing in it writes, and nothing reads a Secret.
import { logLines } from './log-lines.ts';
import { metricHistory } from './metric-history.ts';
import { neighbours } from './neighbours.ts';
import { objectEvents } from './object-events.ts';
import { objectState } from './object-state.ts';
import { rolloutHistory } from './rollout-history.ts';
import { similarIncidents } from './similar-incidents.ts';
import type { Tool } from './tool.ts';

export const tools: readonly Tool[] = [
  metricHistory,
  objectEvents,
  objectState,
  rolloutHistory,
  neighbours,
  similarIncidents,
  logLines,
];

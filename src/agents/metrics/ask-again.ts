// Asks for a stretch of the past again where the server refused for something that passes by itself: nobody else asks again for hours.
import { pause, type Clock } from '../../clock.ts';
import type { Decoded } from './prometheus-answer.ts';

/** Waits before the second and the third time; together they outlast the restart of a proxy. */
const waitsMs = [1_000, 4_000];

/** The answer of the first of three times that is not refused so. Rejects when the signal aborts while it waits. */
export async function askedAgain<Found>(
  ask: () => Promise<Decoded<Found>>,
  wall: Clock,
  signal: AbortSignal,
): Promise<Decoded<Found>> {
  for (const waitMs of waitsMs) {
    const decoded = await ask();
    if (!('refused' in decoded) || !isPassing(decoded.refused)) return decoded;
    await pause(wall, waitMs, signal);
  }
  return await ask();
}

/** What took too long takes as long again, and Prometheus says that by a 503, too. */
function isPassing(reason: string): boolean {
  return (
    /^it answers (?:429|502|503|504)\b|^it closed the connection/.test(reason) && !/time[ds]?[ -]?out/i.test(reason)
  );
}

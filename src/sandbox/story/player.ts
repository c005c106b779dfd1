// Plays acts on a stage: each begins at its second, time is stepped no faster than the speed asked for, and endings are read, never assumed.
import { pause, type Clock } from '../../clock.ts';
import { acts, type Act, type ActEnding, type Seen } from './acts.ts';

/** Cluster milliseconds of one step, and of one second of the demo at speed 1. */
export const stepMs = 15_000;
export const clusterMsPerSecond = 30_000;
const stepS = stepMs / clusterMsPerSecond;
/** Played on after the last ending, so that what follows from it is said before the summary. */
const curtainSteps = 5;

/** An act with its second in this play. */
export type Part = { readonly act: Act; readonly startsAtS: number };

export type PlayerPorts = {
  readonly speed: number;
  readonly wall: Clock;
  readonly signal: AbortSignal;
  /** Moves the cluster one step on; resolves when the advisor has seen it and no cycle runs. */
  step(): Promise<void>;
  inject(act: Act): Promise<void>;
  seen(): Seen;
  /** Decides what waits in place of a person; null when a person does. */
  readonly decide: (() => Promise<void>) | null;
  /** Called before the injection. */
  onBegin(part: Part): void;
};

export type Ended = ActEnding & { readonly act: Act };

/** All six, or one alone, which then begins as early as the first does. */
export function partsOf(only: Act['number'] | null): readonly Part[] {
  const first = acts[0]?.startsAtS ?? 0;
  return acts
    .filter((act) => only === null || act.number === only)
    .map((act) => ({ act, startsAtS: only === null ? act.startsAtS : first }));
}

/** Resolves when each act has ended or its time is over; an act without an ending has the word "no ending". Rejects when the signal aborts. */
export async function play(parts: readonly Part[], ports: PlayerPorts): Promise<readonly Ended[]> {
  const waitForStep = pacer(ports);
  const begun = new Set<Part>();
  const endings = new Map<Part, ActEnding>();
  const move = async (): Promise<void> => {
    await waitForStep();
    await ports.step();
    await ports.decide?.();
    for (const part of begun) note(endings, part, part.act.ending(ports.seen()));
  };
  const isOver = (part: Part, atS: number): boolean => endings.has(part) || atS >= part.startsAtS + part.act.withinS;
  for (let atS = 0; !parts.every((part) => isOver(part, atS)); atS += stepS) {
    for (const part of parts) {
      if (begun.has(part) || part.startsAtS > atS) continue;
      begun.add(part);
      ports.onBegin(part);
      await ports.inject(part.act);
    }
    await move();
  }
  for (let step = 0; step < curtainSteps; step += 1) await move();
  return parts.map((part) => ({ act: part.act, ...(endings.get(part) ?? { word: 'no ending', event: null }) }));
}

/** Lets time pass until the signal aborts: the cluster stays up for whoever tries it. */
export async function goOn(ports: PlayerPorts): Promise<never> {
  const waitForStep = pacer(ports);
  for (;;) {
    await waitForStep();
    await ports.step();
    await ports.decide?.();
  }
}

/** The event is that of the moment in which the word was first true; a word that changes later is taken, whatever was announced. */
function note(endings: Map<Part, ActEnding>, part: Part, ending: ActEnding | null): void {
  if (ending !== null && endings.get(part)?.word !== ending.word) endings.set(part, ending);
}

/** Keeps the starts of steps apart by their length on the wall; what a slow machine loses is never caught up. */
function pacer({ wall, speed, signal }: Pick<PlayerPorts, 'wall' | 'speed' | 'signal'>): () => Promise<void> {
  const intervalMs = (stepS * 1_000) / speed;
  let dueMs = wall.monotonic();
  return async () => {
    const nowMs = wall.monotonic();
    await pause(wall, Math.max(0, dueMs - nowMs), signal);
    dueMs = Math.max(dueMs, nowMs) + intervalMs;
  };
}

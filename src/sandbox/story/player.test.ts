import { describe, expect, it } from 'vitest';
import { emptyState } from '../../folds/state.ts';
import type { Clock } from '../../clock.ts';
import { hastyClock } from '../../cli/testing/command-line.ts';
import { acts, type Act, type ActEnding } from './acts.ts';
import { goOn, partsOf, play, type Part, type PlayerPorts } from './player.ts';

const seen = { state: emptyState, dismissedAt: new Map<string, number>() };

/** An act whose endings, look by look, are these; the last one stays. */
function anAct(number: Act['number'], ...looks: readonly (ActEnding | null)[]): Act {
  let look = 0;
  return {
    number,
    title: `act ${number}`,
    ribbon: '',
    startsAtS: number,
    withinS: 10,
    subject: { kind: 'Deployment', namespace: 'shop', name: `act-${number}` },
    leader: 'own',
    ledBy: null,
    announced: ['effective'],
    announcedOfModel: [],
    ending: () => looks[Math.min(look++, looks.length - 1)] ?? null,
  };
}

const part = (act: Act): Part => ({ act, startsAtS: act.startsAtS });
const effective = { word: 'effective', event: 7 };

function fakePorts(more: Partial<PlayerPorts> = {}): PlayerPorts & { readonly log: string[]; steps(): number } {
  const log: string[] = [];
  let steps = 0;
  return {
    log,
    steps: () => steps,
    speed: 1,
    wall: hastyClock(),
    signal: new AbortController().signal,
    step: () => Promise.resolve(void (steps += 1)),
    inject: (act) => Promise.resolve(void log.push(`inject ${act.number} after ${steps} steps`)),
    seen: () => seen,
    decide: null,
    onBegin: ({ act }) => void log.push(`begin ${act.number}`),
    ...more,
  };
}

describe('the parts of a play', () => {
  it('are all acts at their own seconds', () => {
    expect(partsOf(null).map((one) => one.startsAtS)).toEqual([4, 9, 70, 90, 140, 220]);
  });

  it('are one act alone, which begins as early as the first', () => {
    expect(partsOf(5).map((one) => [one.act.number, one.startsAtS])).toEqual([[5, 4]]);
  });

  it('never ask for an act before the one in front of it', () => {
    expect(acts.map((one) => one.number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(acts.map((one) => one.startsAtS)).toEqual(acts.map((one) => one.startsAtS).toSorted((a, b) => a - b));
  });
});

describe('a play', () => {
  it('begins each act at its second, two steps a second, and says so before it injects', async () => {
    const ports = fakePorts();
    await play([part(anAct(1, effective)), part(anAct(3, effective))], ports);
    expect(ports.log).toEqual(['begin 1', 'inject 1 after 2 steps', 'begin 3', 'inject 3 after 6 steps']);
  });

  it('keeps steps half a second apart at speed 1 and a fortieth at speed 20', async () => {
    const took = async (speed: number): Promise<number> => {
      const wall = hastyClock();
      const ports = fakePorts({ speed, wall });
      await play([part(anAct(1, effective))], ports);
      return wall.monotonic() / (ports.steps() - 1);
    };
    expect(await took(1)).toBeCloseTo(500);
    expect(await took(20)).toBeCloseTo(25);
  });

  it('catches nothing up after a step that took long', async () => {
    const waits: number[] = [];
    const inner = hastyClock();
    const wall: Clock = {
      ...inner,
      after: (delayMs, run) => {
        waits.push(delayMs);
        return inner.after(delayMs, run);
      },
    };
    const slow = async (): Promise<void> => await new Promise((resolve) => void inner.after(900, resolve));
    await play([part(anAct(1, effective))], fakePorts({ wall, step: slow }));
    expect(new Set(waits)).toEqual(new Set([0]));
  });

  it('ends with the endings as they were read, and the event of the moment', async () => {
    const ended = await play([part(anAct(1, null, effective, { word: 'effective', event: 9 }))], fakePorts());
    expect(ended.map(({ word, event }) => ({ word, event }))).toEqual([effective]);
  });

  it('takes the word that an ending changes to, whatever was announced', async () => {
    const ended = await play([part(anAct(1, effective, { word: 'harmful', event: 11 }))], fakePorts());
    expect(ended[0]).toMatchObject({ word: 'harmful', event: 11 });
  });

  it('keeps an ending that can no longer be read', async () => {
    const ended = await play([part(anAct(1, effective, null))], fakePorts());
    expect(ended[0]).toMatchObject(effective);
  });

  it('gives up on an act when its time is over, and says that it has no ending', async () => {
    const ports = fakePorts();
    const ended = await play([part(anAct(1, null))], ports);
    expect(ended[0]).toMatchObject({ word: 'no ending', event: null });
    expect(ports.steps()).toBe(22 + 5);
  });

  it('plays on for a moment after the last ending', async () => {
    const ports = fakePorts();
    await play([part(anAct(1, effective))], ports);
    expect(ports.steps()).toBe(3 + 5);
  });

  it('has what waits decided after every step when nobody watches', async () => {
    let decided = 0;
    const ports = fakePorts({ decide: () => Promise.resolve(void (decided += 1)) });
    await play([part(anAct(1, effective))], ports);
    expect(decided).toBe(ports.steps());
  });

  it('ends between two steps when it is told to', async () => {
    const stop = new AbortController();
    let steps = 0;
    const step = (): Promise<void> => {
      steps += 1;
      if (steps === 3) stop.abort('SIGINT');
      return Promise.resolve();
    };
    await expect(play([part(anAct(1, null))], fakePorts({ signal: stop.signal, step }))).rejects.toThrow('aborted');
    expect(steps).toBe(3);
  });
});

describe('after the play', () => {
  it('goes on until it is told to end', async () => {
    const stop = new AbortController();
    let steps = 0;
    const step = (): Promise<void> => {
      steps += 1;
      if (steps === 50) stop.abort('SIGINT');
      return Promise.resolve();
    };
    await expect(goOn(fakePorts({ signal: stop.signal, step }))).rejects.toThrow('aborted');
    expect(steps).toBe(50);
  });
});

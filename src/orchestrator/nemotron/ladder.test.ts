import { describe, expect, it } from 'vitest';
import { steppedClock } from '../../clock.ts';
import { createLadder, type RungChange } from './ladder.ts';
import { choice, promptedJson, rungs, toolCalls } from './rungs.ts';

const model = 'nvidia/nemotron-3-super-120b-a12b';
const day = 24 * 3_600_000;

function aLadder() {
  const clock = steppedClock(0);
  const changes: RungChange[] = [];
  return { clock, changes, ladder: createLadder(clock, (change) => changes.push(change)) };
}

describe('the ladder', () => {
  it('begins at the top and goes down one rung at a time, with the reason', () => {
    const { ladder, changes } = aLadder();
    expect(ladder.rung(model, rungs)).toBe(toolCalls);
    ladder.fell(model, rungs, toolCalls, '400 from the endpoint (tools)');
    expect(ladder.rung(model, rungs)?.name).toBe('JSON schema');
    expect(changes).toEqual([
      { model, from: 'tool calls', to: 'JSON schema', reason: '400 from the endpoint (tools)' },
    ]);
  });

  it('remembers for each model apart', () => {
    const { ladder } = aLadder();
    ladder.fell(model, rungs, toolCalls, 'x');
    expect(ladder.rung('another', rungs)).toBe(toolCalls);
  });

  it('tells a fall once, though two questions fell', () => {
    const { ladder, changes } = aLadder();
    ladder.fell(model, rungs, toolCalls, 'x');
    ladder.fell(model, rungs, toolCalls, 'x');
    expect(changes).toHaveLength(1);
  });

  it('tries the higher rungs again after a day, and tells when one works again', () => {
    const { ladder, changes, clock } = aLadder();
    ladder.fell(model, rungs, toolCalls, 'x');
    clock.advance(day - 1);
    expect(ladder.rung(model, rungs)?.name).toBe('JSON schema');
    clock.advance(1);
    expect(ladder.rung(model, rungs)).toBe(toolCalls);
    ladder.worked(model, rungs, toolCalls);
    expect(ladder.rung(model, rungs)).toBe(toolCalls);
    expect(changes.at(-1)).toEqual({ model, from: 'JSON schema', to: 'tool calls', reason: 'it works again' });
  });

  it('falls again after a day where it still does not work', () => {
    const { ladder, clock } = aLadder();
    ladder.fell(model, rungs, toolCalls, 'x');
    clock.advance(day);
    ladder.fell(model, rungs, toolCalls, 'x');
    expect(ladder.rung(model, rungs)?.name).toBe('JSON schema');
  });

  it('ends at the playbook, for an hour', () => {
    const { ladder, changes, clock } = aLadder();
    const plain = [promptedJson, choice];
    ladder.fell(model, plain, promptedJson, 'x');
    ladder.fell(model, plain, choice, 'y');
    expect(ladder.rung(model, plain)).toBeNull();
    expect(changes.at(-1)).toMatchObject({ from: 'choice', to: 'playbook' });
    clock.advance(3_600_000);
    expect(ladder.rung(model, plain)).toBe(promptedJson);
  });
});

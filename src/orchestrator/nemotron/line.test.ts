import { describe, expect, it } from 'vitest';
import { writeBrief } from './brief.ts';
import { budgetFor } from './budget.ts';
import { asLine, lineText, readChoiceLine } from './line.ts';
import { aBriefInput } from './testing/incident.ts';

describe('the short form', () => {
  const budget = budgetFor(4_096, 3);

  it.each([{}, { refused: 'the line is wrong' }])(
    'asks for a line in place of JSON, in fewer bytes (%j)',
    (options) => {
      const brief = writeBrief(aBriefInput(), budget, options);
      const short = asLine(brief);
      expect(short.system).toContain(lineText);
      expect(short.system + short.user).not.toMatch(/ANSWER with one JSON|with the JSON object( alone)?\.$/);
      expect(brief.bytes - short.bytes).toBe(
        Buffer.byteLength(brief.system + brief.user) - Buffer.byteLength(short.system + short.user),
      );
      expect(short.bytes).toBeLessThan(brief.bytes);
    },
  );

  it.each([
    ['M1 E1', 'M1', ['E1']],
    ['m2: e1, E30.', 'M2', ['E1', 'E30']],
    ['M1; E1 E2 E3', 'M1', ['E1', 'E2', 'E3']],
  ])('reads "%s"', (line, candidate, cites) => {
    expect(readChoiceLine(line)).toEqual({ order: [], picks: [{ candidate, params: {}, cites, why: '' }] });
  });

  it('reads NONE as a choice of nothing', () => {
    expect(readChoiceLine('NONE')).toEqual({ order: [], picks: [] });
  });

  it.each(['M1', 'E1', 'I choose M1 E1', 'M1 E1 and restart', 'scale pay/ledger to 0', '{"picks":[]}', ''])(
    'reads no more than ids: "%s"',
    (line) => {
      expect(readChoiceLine(line)).toBeUndefined();
    },
  );
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AskAnswer } from '../model/api.ts';
import { anAdvisor, linesOf, type Rig } from './testing/command-line.ts';

const answer: AskAnswer = {
  sentences: [
    { text: 'It is restarted, 11 times in 10 min', cites: ['inc-1/E1'] },
    { text: 'A plan waits', cites: ['apr-17'] },
  ],
  tokens: 1_912,
  served: 'nvidia/m',
  note: null,
};
const said: unknown[] = [];
let rig: Rig;
beforeEach(async () => {
  said.length = 0;
  rig = await anAdvisor({
    ask: (request) => {
      said.push(request);
      return Promise.resolve(answer);
    },
  });
});
afterEach(async () => {
  await rig.close();
});

describe('ask', () => {
  it('prints each sentence with what it cites, and what it cost', async () => {
    const ran = await rig.run(['ask', 'why is checkout slow'], { columns: 80 });
    expect(ran.code).toBe(0);
    expect(linesOf(ran.out)).toEqual(['It is restarted, 11 times in 10 min [inc-1/E1]', 'A plan waits [apr-17]']);
    expect(ran.err).toBe('1,912 tokens · nvidia/m\n');
    expect(said).toEqual([{ question: 'why is checkout slow' }]);
  });

  it('passes the incident on, and answers programs in JSON', async () => {
    const ran = await rig.run(['ask', 'what now', '--incident', 'inc-1', '-o', 'json']);
    expect(said).toEqual([{ question: 'what now', incident: 'inc-1' }]);
    expect(JSON.parse(ran.out)).toMatchObject({ kind: 'Answer', data: { tokens: 1912, served: 'nvidia/m' } });
  });

  it('says that facts spoke for themselves', async () => {
    await rig.close();
    rig = await anAdvisor({
      ask: () => Promise.resolve({ ...answer, served: null, tokens: 0, note: 'no model leads; these are the facts' }),
    });
    expect((await rig.run(['ask', 'why is it slow'])).err).toBe('no model leads; these are the facts · 0 tokens\n');
  });

  it.each(['', 'hm', 'x'.repeat(501)])('takes no question of %#', async (question) => {
    const ran = await rig.run(['ask', question]);
    expect(ran.code).toBe(2);
    expect(linesOf(ran.err)).toHaveLength(3);
    expect(said).toEqual([]);
  });
});

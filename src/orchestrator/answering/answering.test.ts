import { describe, expect, it } from 'vitest';
import { aDecision, asked, eventsOf, repaired, checkout } from '../../../test/builders/events.ts';
import { aBook, aSignal } from '../../diagnosis/testing/signs.ts';
import { aCall, aPod, aTemplate, aView, aWorkload, deployment, nowMs } from '../../diagnosis/testing/view.ts';
import { foldAll } from '../../folds/fold.ts';
import { answerTo } from './answering.ts';
import { factsFor, type QuestionSight } from './question-facts.ts';
import type { Wordsmith } from './wordsmith.ts';

const web = deployment('web');
const template = aTemplate({ containers: [{ name: 'app', image: 'shop/checkout:1' }] });
const view = aView({
  workloads: [aWorkload(checkout, template), aWorkload(web, template)],
  pods: [aPod(checkout, 'checkout-1')],
  calls: [aCall(web, checkout)],
});
const sight = (more: Partial<QuestionSight> = {}): QuestionSight => ({
  state: foldAll(eventsOf(asked)),
  view,
  signals: aBook(),
  findings: [],
  nowMs,
  ...more,
});
const never = new AbortController().signal;
const texts = async (question: string, more: Partial<QuestionSight> = {}, incident?: string) =>
  (await factsFor(question, incident, sight(more), never)).map((one) => one.text);

describe('facts for a question', () => {
  it('are those of incidents and workloads that it names', async () => {
    const found = await factsFor('why is checkout slow?', undefined, sight(), never);
    expect(found.map((one) => one.cite)).toEqual(
      expect.arrayContaining(['inc-1', 'inc-1/E2', 'inc-1/p1', 'object shop/deploy/checkout']),
    );
    expect(found.map((one) => one.text).join(' ')).toContain('waits for a decision (apr-1)');
  });

  it('hold the outcome of a closed incident of the workload', async () => {
    const all = await texts('what happened to checkout', { state: foldAll(eventsOf(repaired)) });
    expect(all.join(' ')).toContain('effective');
  });

  it('are of the incident that is named, and of no other', async () => {
    const found = await factsFor('tell me more', 'inc-1', sight(), never);
    expect(found.every((one) => one.cite.startsWith('inc-1'))).toBe(true);
    expect(await texts('tell me more', {}, 'inc-99')).toEqual([]);
  });

  it('are what is open when nothing is named', async () => {
    expect((await texts('is everything well?')).length).toBeGreaterThan(2);
    expect(await texts('is everything well?', { state: foldAll([]) })).toEqual([]);
  });

  it('hold what is significant of a workload without an incident', async () => {
    const findings = [aSignal('sli.latency', web, { sentence: 'p99 900 ms, usual 180 ms' })];
    expect(await texts('why is web slow', { state: foldAll([]), findings })).toContain('p99 900 ms, usual 180 ms');
  });

  it('take a name for a word of its own', async () => {
    const all = await texts('checkoutx and xcheckout', { state: foldAll([]) });
    expect(all).toEqual([]);
  });
});

describe('an answer', () => {
  const words =
    (text: string, facts: readonly number[]): Wordsmith =>
    () =>
      Promise.resolve({
        sentences: [{ text, facts }],
        usage: { servedModel: 'nvidia/m', promptTokens: 900, completionTokens: 40 },
      });

  it('is the facts themselves where no model leads', async () => {
    const answer = await answerTo({ question: 'why is checkout slow' }, sight(), null, never);
    expect(answer.served).toBeNull();
    expect(answer.note).toBe('no model leads; these are the facts');
    expect(answer.sentences[0]?.cites).toEqual(['inc-1']);
    expect(answer.sentences.length).toBeLessThanOrEqual(8);
  });

  it('cites what the facts of each sentence cite, and says what it cost', async () => {
    const wordsmith = { word: words('It is killed for memory.', [0, 2]), privateNames: [] };
    const answer = await answerTo({ question: 'why is checkout slow' }, sight(), wordsmith, never);
    expect(answer.sentences[0]?.cites).toHaveLength(2);
    expect(answer).toMatchObject({ tokens: 940, served: 'nvidia/m', note: null });
  });

  it('falls back to the facts when the wording was refused, saying why', async () => {
    const word: Wordsmith = () => Promise.resolve({ refused: 'no answer of the model was taken: cut off' });
    const answer = await answerTo({ question: 'why is checkout slow' }, sight(), { word, privateNames: [] }, never);
    expect(answer).toMatchObject({ served: null, note: 'no answer of the model was taken: cut off' });
    expect(answer.sentences.length).toBeGreaterThan(0);
  });

  it('says that nothing is known, and asks no model', async () => {
    const word: Wordsmith = () => Promise.reject(new Error('must not be asked'));
    const state = foldAll([]);
    const answer = await answerTo({ question: 'how are you' }, sight({ state }), { word, privateNames: [] }, never);
    expect(answer.sentences[0]?.text).toMatch(/^Nothing is known about that/);
  });

  it('marks untrusted facts', async () => {
    const opened = eventsOf(asked);
    const state = foldAll([...opened, ...eventsOf([aDecision()]).map((one) => ({ ...one, seq: 99 }))]);
    const answer = await answerTo({ question: 'inc-1' }, sight({ state }), null, never);
    expect(answer.sentences.filter((one) => one.text.includes('untrusted')).length).toBe(
      [...state.incidents.values()][0]?.evidence.filter((one) => one.trust === 'untrusted').length,
    );
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEndpoint, type Endpoint } from '../../../test/nim/endpoint.ts';
import { actionsByName } from '../../actions/actions.ts';
import { wallClock } from '../../clock.ts';
import { seeded } from '../../sandbox/api/context.ts';
import type { QuestionFact } from '../answering/wordsmith.ts';
import type { BriefInput } from '../reasoner.ts';
import type { Digest } from '../suspicion/digest.ts';
import { createNemotronLeader, type NemotronLeader } from './leader.ts';
import { aBriefInput, aFactShown, aHypothesis, aMenuEntry } from './testing/incident.ts';

/** One kind of private thing: the text in which it stands, and the part of it that must not leave. */
type Canary = { readonly text: string; readonly secret: string };

const hex = (next: () => number, length: number): string =>
  Array.from({ length }, () => Math.floor(next() * 16).toString(16)).join('');
const kinds: readonly ((id: string, next: () => number) => Canary)[] = [
  (id) => ({ text: `password=${id}`, secret: id }),
  (id) => ({ text: `{"apiKey": "${id}"}`, secret: id }),
  (id) => ({ text: `Authorization: Bearer ${id}`, secret: id }),
  (id) => ({ text: `key nvapi-${id}`, secret: id }),
  (id) => ({ text: `jwt eyJhbGciOiJI${id}.eyJzdWIi${id}.sig`, secret: id }),
  (id) => ({ text: `postgres://app:${id}@db:5432/x`, secret: id }),
  (id) => ({ text: `-----BEGIN RSA PRIVATE KEY----- ${id} -----END RSA PRIVATE KEY-----`, secret: id }),
  (id) => ({ text: `mail ${id}@acme-shop.com now`, secret: id }),
  (id) => ({ text: `lookup ${id}.acme.internal failed`, secret: id }),
  (_id, next) => {
    const secret = `10.${Math.floor(next() * 256)}.${Math.floor(next() * 256)}.${Math.floor(next() * 256)}`;
    return { text: `dial tcp ${secret}:5432: refused`, secret };
  },
  (_id, next) => {
    const secret = `2001:db8:${hex(next, 4)}:${hex(next, 4)}::${hex(next, 3)}a`;
    return { text: `dial [${secret}]:443`, secret };
  },
  (id) => ({ text: `pod ${id}-7c9f-x2 of ${id}`, secret: id }),
];
const privateKind = kinds.length - 1;

function canariesOf(seed: number, many: number): readonly Canary[] {
  const { next } = seeded(seed);
  return Array.from({ length: many }, (_, at) => {
    const kind = at % kinds.length;
    const make = kinds[kind];
    if (make === undefined) throw new Error('no kind');
    return make(`zq${hex(next, 14)}${at}`, next);
  });
}

const canaries = canariesOf(1, 500);
const privateNames = canaries.filter((_, at) => at % kinds.length === privateKind).map((one) => one.secret);
const texts = canaries.map((one) => one.text);
const part = (from: number, to: number): readonly string[] => texts.slice(from, to);

/** Ten of them in every place of a brief. */
function briefAt(at: number): BriefInput {
  const [a = '', b = '', c = '', d = '', e = '', f = '', g = '', h = '', i = '', j = ''] = part(10 * at, 10 * at + 10);
  return aBriefInput({
    incident: `inc-${at + 1}`,
    privateNames,
    title: a,
    hypotheses: [aHypothesis('H1', { title: b })],
    evidence: [aFactShown('E1', { sentence: c, source: d }), aFactShown('E2', { trust: 'untrusted', sentence: e })],
    history: [f, g],
    menu: [aMenuEntry('M1', { why: h, expectedEffect: i, params: { revision: 1, note: j } })],
    reads: {
      tools: [{ name: 'events', about: 'answers events' }],
      objects: [`shop/deploy/${privateNames[at % privateNames.length]}`],
      left: 4,
    },
  });
}
const digest = (from: number): Digest => ({
  nowMs: from,
  misses: part(from, from + 8).map((sentence, at) => ({
    of: { kind: 'Deployment', namespace: 'shop', name: privateNames[at % privateNames.length] ?? 'web' },
    signal: 'cpu.usage',
    value: 1,
    usual: [0, 1],
    effects: 0.5,
    sentence,
  })),
  calls: [],
  changes: [],
  privateNames,
});
const facts = (from: number): readonly QuestionFact[] =>
  part(from, from + 10).map((text) => ({ text, cite: 'object shop/deploy/web', trust: 'reported' as const }));

let endpoint: Endpoint;
let leader: NemotronLeader;
beforeAll(async () => {
  endpoint = await startEndpoint({
    models: [{ id: 'nvidia/nemotron-3-super-120b-a12b' }],
    key: 'nvapi-key-of-the-test',
  });
  leader = createNemotronLeader({
    apiKey: 'nvapi-key-of-the-test',
    baseUrl: endpoint.baseUrl,
    clock: wallClock(),
    actions: actionsByName,
    model: 'nvidia/nemotron-3-super-120b-a12b',
    requestsPerMinute: 100_000,
  });
});
afterAll(async () => {
  await leader.close();
  await endpoint.close();
});

/** An answer of the right shape that says nothing. */
function calmly(prompt: string): string {
  if (prompt.includes('"suspicions"')) return '{"suspicions":[]}';
  return prompt.includes('"sentences"') ? '{"sentences":[{"text":"It is so.","facts":["F1"]}]}' : '{"picks":[]}';
}

describe('canaries', () => {
  it('of 500 none reaches the endpoint, in whatever question it stands', async () => {
    const never = new AbortController().signal;
    endpoint.play({ kind: 'answers', content: calmly });
    for (let at = 0; at < 50; at += 1) {
      await leader.lead(briefAt(at), never);
      await leader.suspect?.(digest(10 * at), never);
      await leader.word?.(`what of ${texts[at] ?? ''}`, facts(10 * at), privateNames, never);
    }
    const sent = endpoint.questions
      .map((one) => `${one.system}\n${one.user}`)
      .join('\n')
      .toLowerCase();
    expect(endpoint.questions.length).toBeGreaterThanOrEqual(150);
    expect(canaries.filter((one) => sent.includes(one.secret.toLowerCase()))).toEqual([]);
  }, 120_000);

  it('come back in the plan as they were, where they were only names', async () => {
    const name = privateNames[0] ?? '';
    const entry = aMenuEntry('M1', {
      action: 'set-resources',
      params: { container: name, limits: { memory: '384Mi' } },
    });
    endpoint.play({
      kind: 'answers',
      content: (prompt) => {
        const hidden = /"container":"(name-[0-9a-f]+)"/.exec(prompt)?.[1] ?? 'none';
        return JSON.stringify({
          order: ['H1'],
          picks: [{ candidate: 'M1', params: { container: hidden }, cites: ['E1'], why: `${hidden} needs more` }],
        });
      },
    });
    const answer = await leader.lead(
      aBriefInput({ incident: 'inc-900', privateNames, menu: [entry] }),
      new AbortController().signal,
    );
    expect(answer).toMatchObject({
      kind: 'choice',
      choice: { picks: [{ params: { container: name }, why: `${name} needs more` }] },
    });
  });
});

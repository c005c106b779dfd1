import { describe, expect, it } from 'vitest';
import { hostedModels, mayLead, profileOf } from './profile.ts';

describe('a profile', () => {
  it.each([
    ['nvidia/nemotron-3-ultra-550b-a55b', 'nemotron-3'],
    ['nvidia/nemotron-3.5-lightning-30b-a3b', 'nemotron-3'],
    ['nvidia/nemotron-4-340b-instruct', 'nemotron-4'],
    ['nvidia/llama-3.3-nemotron-super-49b-v1.5', 'llama-nemotron'],
    ['nvidia/nvidia-nemotron-nano-9b-v2', 'nano-v2'],
    ['acme/own-model', 'other'],
  ])('of %s is %s', (model, family) => {
    expect(profileOf(model).family).toBe(family);
  });

  it('sends a field of its own to one family only', () => {
    const others = ['nvidia/nemotron-4-340b-instruct', 'nvidia/llama-3.3-nemotron-super-49b-v1.5', 'acme/own-model'];
    expect(others.map((model) => profileOf(model).extra)).toEqual([{}, {}, {}]);
    expect(profileOf('nvidia/nemotron-3-super-120b-a12b').extra).toEqual({
      chat_template_kwargs: { enable_thinking: false },
    });
  });

  it('counts on 4,096 tokens of the first Nemotron', () => {
    expect(profileOf('nvidia/nemotron-4-340b-instruct').contextTokens).toBe(4_096);
  });

  it('lets no ranker, embedder, judge or reader of pictures lead, and no other family', () => {
    const unfit = [
      'nvidia/nemotron-4-340b-reward',
      'nvidia/llama-nemotron-embed-1b-v2',
      'nvidia/llama-nemotron-rerank-1b-v2',
      'nvidia/nemotron-parse',
      'nvidia/nemotron-content-safety-4b',
      'nvidia/nemotron-nano-12b-v2-vl',
      'meta/llama-3.3-70b-instruct',
    ];
    expect(unfit.filter(mayLead)).toEqual([]);
    expect([...hostedModels, 'nvidia/nemotron-4-340b-instruct'].every(mayLead)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { watchPolicy } from './policy-watch.ts';

async function watched(problems: readonly (string | null)[]): Promise<string[]> {
  const told: string[] = [];
  let lost = false;
  for (const problem of problems)
    await watchPolicy({
      reload: () => Promise.resolve({ problem }),
      isLost: () => lost,
      append: (body) => {
        told.push('reason' in body ? `${body.kind} ${String(body.reason)}` : body.kind);
        lost = body.kind === 'source.lost';
        return Promise.resolve();
      },
    });
  return told;
}

describe('the policy between cycles', () => {
  it('says once that a change broke it, and once that it was mended', async () => {
    expect(await watched([null, 'web.yaml:2: no such action', 'web.yaml:2: no such action', null, null])).toEqual([
      'source.lost web.yaml:2: no such action',
      'source.recovered',
    ]);
  });

  it('says nothing while it stays whole', async () => {
    expect(await watched([null, null])).toEqual([]);
  });
});

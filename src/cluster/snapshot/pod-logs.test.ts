import { describe, expect, it } from 'vitest';
import { aDeployment, anEnded, aPod, aView, replicaSetOf } from '../../../test/builders/view.ts';
import type { LogPlace } from '../evidence-reader.ts';
import { podLogs } from './pod-logs.ts';

const { signal } = new AbortController();
const owner = replicaSetOf(aDeployment());

async function placesRead(pod: ReturnType<typeof aPod>): Promise<readonly string[]> {
  const asked: string[] = [];
  const tail = async (of: LogPlace): Promise<readonly string[]> => {
    asked.push(`${of.pod}/${of.container}${of.previous ? ' before' : ''}`);
    return await Promise.resolve(['a line']);
  };
  for await (const one of podLogs(aView({ Pod: [pod] }), { tail }, 10, signal)) expect(one.lines).toEqual(['a line']);
  return asked;
}

describe('logs for a snapshot', () => {
  it('are those of a running container', async () => {
    expect(await placesRead(aPod({ owner, name: 'calm' }))).toEqual(['calm/app']);
  });

  it('are those of the former instance too when the container has restarted', async () => {
    const statuses = [anEnded({ reason: 'OOMKilled', exitCode: 137, agoMs: 5_000, restarts: 2, waiting: null })];

    expect(await placesRead(aPod({ owner, name: 'restarted', statuses }))).toEqual([
      'restarted/app',
      'restarted/app before',
    ]);
  });

  it('are not asked for where nothing ever ran', async () => {
    expect(await placesRead(aPod({ owner, name: 'pending', scheduled: false }))).toEqual([]);
  });

  it('leave out what cannot be read and what is empty', async () => {
    const view = aView({ Pod: [aPod({ owner, name: 'a' }), aPod({ owner, name: 'b' })] });
    const answers = [null, []];
    const found: unknown[] = [];

    for await (const one of podLogs(
      view,
      { tail: async () => await Promise.resolve(answers.pop() ?? null) },
      10,
      signal,
    ))
      found.push(one);

    expect(found).toEqual([]);
  });
});

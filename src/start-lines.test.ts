import { describe, expect, it } from 'vitest';
import { anOpening, asked, stateAfter } from '../test/builders/events.ts';
import { viewKinds } from './cluster/resources.ts';
import type { AccessQuestion } from './cluster/own.ts';
import { readConfig, type Config } from './config/config.ts';
import { emptyState } from './folds/state.ts';
import {
  cannotSee,
  countByState,
  metricsLine,
  namespaceMissing,
  notActing,
  rightsLine,
  unreadAtStart,
  worstOf,
} from './start-lines.ts';

const config = (env: Readonly<Record<string, string>> = {}): Config =>
  readConfig({ flags: {}, env, folder: import.meta.dirname });

describe('the line of metrics', () => {
  it('names the kubelets where there is no Prometheus', () => {
    expect(metricsLine(config(), 12)).toBe('kubelets, read directly (no PROMETHEUS_URL), 12 series with a past');
  });

  it('names the host of Prometheus, not what else its address holds', () => {
    const line = metricsLine(config({ PROMETHEUS_URL: 'https://anna:secret@prom.example:9090/tenant' }), 3);
    expect(line).toBe('prom.example:9090, 3 series with a past');
  });

  it('says that what is usual is not known yet', () => {
    expect(metricsLine(config({ PROMETHEUS_URL: 'http://prom:9090' }), 0)).toBe(
      'prom:9090, no past yet: what is usual is learned from now on',
    );
  });
});

describe('the line of rights', () => {
  const kinds = viewKinds.length;
  const answering = (mayI: (question: AccessQuestion) => boolean) => {
    const questions: string[] = [];
    const own = {
      mayI: async (question: AccessQuestion) => {
        questions.push(`${question.verb} ${question.resource}.${question.group}`);
        return await Promise.resolve(mayI(question));
      },
    };
    return { own, questions };
  };

  it('counts every right to write once, though actions share them', async () => {
    const { own, questions } = answering(() => true);
    expect(await rightsLine(own, 0)).toBe(
      `read ${kinds} of ${kinds}, write ${questions.length} of ${questions.length}`,
    );
    expect(questions).toEqual([...new Set(questions)]);
    expect(questions).toContain('patch deployments.apps');
  });

  it('points at doctor where a right to write is missing', async () => {
    const { own, questions } = answering(({ resource }) => resource !== 'deployments');
    expect(await rightsLine(own, 0)).toBe(
      `read ${kinds} of ${kinds}, write ${questions.length - 1} of ${questions.length} (advisor doctor lists what is missing)`,
    );
  });

  it('points at doctor where a kind cannot be read, and never counts below zero', async () => {
    const { own } = answering(() => true);
    expect(await rightsLine(own, 2)).toMatch(`read ${kinds - 2} of ${kinds}, `);
    expect(await rightsLine(own, kinds + 5)).toMatch(/^read 0 of .*\(advisor doctor lists what is missing\)$/);
  });

  it('takes a question that could not be asked for a right that is missing', async () => {
    const own = { mayI: async () => await Promise.reject<boolean>(new Error('connection refused')) };
    expect(await rightsLine(own, 0)).toMatch(/, write 0 of \d+ \(advisor doctor/);
  });
});

describe('what a state is counted as', () => {
  it('has no worst incident where none is open', () => {
    expect(worstOf(emptyState)).toBe('none');
    expect(countByState(emptyState).size).toBe(0);
  });

  it('is as bad as its worst open incident', () => {
    const state = stateAfter(
      anOpening({ incident: 'inc-1', severity: 'info' }),
      anOpening({ incident: 'inc-2', severity: 'critical', root: { kind: 'Deployment', namespace: 'web', name: 'a' } }),
      anOpening({ incident: 'inc-3', severity: 'warning', root: { kind: 'Deployment', namespace: 'web', name: 'b' } }),
    );
    expect(worstOf(state)).toBe('critical');
    expect(countByState(state)).toEqual(new Map([['open', 3]]));
  });

  it('does not hold a closed incident against a state, but counts it', () => {
    const state = stateAfter(anOpening(), {
      kind: 'incident.resolved',
      incident: 'inc-1',
      reason: 'the signs are gone',
    });
    expect(worstOf(state)).toBe('none');
    expect(countByState(state)).toEqual(new Map([['resolved', 1]]));
  });

  it('counts each state by itself', () => {
    const state = stateAfter(
      ...asked,
      anOpening({ incident: 'inc-2', root: { kind: 'Deployment', namespace: 'web', name: 'a' } }),
    );
    expect(countByState(state)).toEqual(
      new Map([
        ['awaiting approval', 1],
        ['open', 1],
      ]),
    );
  });
});

describe('warnings', () => {
  it('prints the command that creates the missing namespace', () => {
    expect(namespaceMissing('ops')).toMatchObject({
      code: 'namespace-missing',
      next: 'kubectl create namespace ops, then start again',
    });
  });

  it('names who holds the lease, where that is known', () => {
    expect(notActing('node-1_42_ab').why).toBe('the lease is held by node-1_42_ab');
    expect(notActing(null).why).toBe('the lease changed hands just now');
  });

  it('names the signals whose past could not be read, why, and that nobody need do anything', () => {
    const [warning] = unreadAtStart([{ signals: ['sli.err', 'sli.rps'], reason: 'it answers 503' }], []);
    expect(warning).toMatchObject({ what: 'the past of sli.err, sli.rps could not be read', why: 'it answers 503' });
    expect(warning?.next).toContain('asked for again in the background');
  });

  it('does not say that a past of which a part was read is unknown', () => {
    const [warning] = unreadAtStart([{ signals: ['sli.err'], reason: 'it answers 422', isInPart: true }], []);
    expect(warning?.what).toBe('a part of the past of sli.err could not be read');
    expect(warning?.next).toMatch(/what is usual may not be known for some workloads$/);
  });

  it('names the signals whose newest minutes could not be read, and what is missed by that', () => {
    const inPart = { signals: ['sli.rps'], reason: 'it answers 422', isInPart: true } as const;
    const [none, part] = unreadAtStart([], [{ signals: ['sli.err'], reason: 'it answers 503' }, inPart]);
    expect(none).toMatchObject({ what: 'the newest minutes of sli.err could not be read', why: 'it answers 503' });
    expect(none?.next).toContain('not if it ended before');
    expect(part?.what).toBe('a part of the newest minutes of sli.rps could not be read');
  });

  it('says what cannot be seen, why, and what that costs', () => {
    expect(cannotSee('list events', 'forbidden', 'no times of kills')).toMatchObject({
      code: 'cannot-see',
      what: 'list events cannot be seen',
      why: 'forbidden; no times of kills',
    });
  });
});

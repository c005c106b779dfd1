import { describe, expect, it } from 'vitest';
import { anEvent, checkout, stateAfter } from '../../test/builders/events.ts';
import type { EventBody } from '../model/event.ts';
import { applyEvent } from './fold.ts';

describe('the switch, modes and sources', () => {
  it('keeps who stopped first until somebody resumes', () => {
    const stop = (by: string): EventBody => ({ kind: 'switch.stopped', by, door: 'cli', reason: 'change' });
    expect(stateAfter(stop('anna'), stop('ben')).switch).toEqual({
      stopped: true,
      by: 'anna',
      reason: 'change',
      atMs: 1_000,
      seq: 1,
    });
    const resumed = stateAfter(stop('anna'), { kind: 'switch.resumed', by: 'ben', door: 'cli', reason: 'over' });
    expect(resumed.switch).toMatchObject({ stopped: false, by: 'ben', reason: 'over', seq: 2 });
  });

  it('keeps modes by scope, the epoch while the lease is held, and what cannot be seen', () => {
    const bodies: readonly EventBody[] = [
      { kind: 'mode.changed', scope: 'shop', mode: 'auto', by: 'anna', reason: 'trust' },
      { kind: 'lease.acquired', epoch: 7, holder: 'me' },
      { kind: 'source.lost', source: 'prometheus', reason: 'refused', cost: 'no rates' },
    ];
    const state = stateAfter(...bodies);
    expect(state.modes.get('shop')).toBe('auto');
    expect(state.epoch).toBe(7);
    expect(state.lostSources.get('prometheus')).toEqual({ reason: 'refused', cost: 'no rates', atMs: 3_000 });
    expect(stateAfter(...bodies, { kind: 'source.recovered', source: 'prometheus' }).lostSources.size).toBe(0);
    expect(stateAfter(...bodies, { kind: 'lease.lost', epoch: 7, reason: 'expired' }).epoch).toBeNull();
    const restart: EventBody = {
      kind: 'process.started',
      version: '1',
      mode: 'auto',
      cluster: 'x',
      leader: 'playbook',
      wallMs: 1,
    };
    expect(stateAfter(...bodies, restart)).toMatchObject({ epoch: null, modes: state.modes });
  });

  it('holds the findings that are open', () => {
    const finding = {
      kind: 'fact' as const,
      id: 'f1',
      of: checkout,
      severity: 'critical' as const,
      onsetMs: 1,
      firstSeenMs: 1,
      lastSeenMs: 1,
      sentence: 'killed',
      fact: 'oom-killed' as const,
      objects: [],
      count: 3,
    };
    const open = stateAfter({ kind: 'finding.opened', finding });
    expect(open.findings.get('f1')).toEqual(finding);
    expect(applyEvent(open, anEvent({ kind: 'finding.closed', finding: 'f1', reason: 'gone' }, 2)).findings.size).toBe(
      0,
    );
  });
});

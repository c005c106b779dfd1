import { describe, expect, it } from 'vitest';
import { aDiagnosis, anOpening, eventsOf } from '../../test/builders/events.ts';
import { aSignalFinding } from '../../test/builders/findings.ts';
import { foldAll } from '../folds/fold.ts';
import type { EventBody } from '../model/event.ts';
import type { Roots } from '../model/roots.ts';
import { viewIncident } from '../server/incident-view.ts';
import { incidentLines } from './incident-text.ts';

const terminal = {
  canPrompt: false,
  shown: true,
  width: 80,
  color: false,
  ascii: false,
  rewrites: false,
  noteWidth: 80,
};
const deploy = (name: string) => ({ kind: 'Deployment', namespace: 'shop', name });
const candidate = (name: string): Roots['weighed'][number] => ({
  of: deploy(name),
  base: 4,
  deviation: 4,
  topology: 1,
  change: 1,
  time: 1,
  score: 1.6,
  gate: null,
});

const linesAfter = (...bodies: readonly EventBody[]): string[] => {
  const state = foldAll(eventsOf(bodies));
  const incident = state.incidents.get('inc-1');
  if (incident === undefined) throw new Error('no incident');
  return incidentLines(viewIncident(state, incident, []), terminal);
};

const finding = aSignalFinding({
  explanation:
    'p99 of shop/checkout is 840 ms since 14:03 UTC (±2 min); normal for this hour is 190 to 260 ms (49 windows of 7 days).',
  notes: ['closes after 10 cycles in a row within 50 ms of the normal'],
});

describe('the block of an incident', () => {
  it('tells each signal in its whole sentence, with its notes below, within 80 columns', () => {
    const lines = linesAfter({ kind: 'finding.opened', finding }, anOpening({ findings: [finding.id] }));
    const at = lines.findIndex((line) => line.startsWith('Detail'));
    expect(lines.slice(at, at + 3)).toEqual([
      'Detail  p99 of shop/checkout is 840 ms since 14:03 UTC (±2 min); normal for this',
      '          hour is 190 to 260 ms (49 windows of 7 days).',
      '        - closes after 10 cycles in a row within 50 ms of the normal',
    ]);
  });

  it('shows both orders of roots where several workloads are in question', () => {
    const roots: Roots = {
      weighed: [candidate('payment'), candidate('checkout')],
      plain: [deploy('checkout'), deploy('payment')],
    };
    const text = linesAfter(anOpening(), aDiagnosis({ roots })).join('\n');
    expect(text).toMatch(
      /^Roots {3}by facts, calls, changes and time: shop\/deploy\/payment,\n {10}shop\/deploy\/checkout$/m,
    );
    expect(text).toContain('by deviation alone: shop/deploy/checkout, shop/deploy/payment');
  });

  it('says that facts alone speak, and nothing where one workload is alone', () => {
    const two: Roots = { weighed: [candidate('payment'), candidate('checkout')], plain: [] };
    const one: Roots = { weighed: [candidate('payment')], plain: [] };
    expect(linesAfter(anOpening(), aDiagnosis({ roots: two })).join('\n')).toContain('by deviation alone: no signal');
    expect(linesAfter(anOpening(), aDiagnosis({ roots: one })).join('\n')).not.toContain('Roots');
  });
});

// Journal events for tests: a chain-free event at a position, and the bodies of one repair from the finding to its end.
import { emptyState, type State } from '../../src/folds/state.ts';
import { applyEvent } from '../../src/folds/fold.ts';
import type { EventBody, EventKind, JournalEvent } from '../../src/model/event.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Verdict } from '../../src/model/ruling.ts';

type Body<Kind extends EventKind> = Extract<EventBody, { readonly kind: Kind }>;

export const checkout = { kind: 'Deployment', namespace: 'shop', name: 'checkout' };
export const bindingOne = '9c417e2ab05d'.padEnd(64, '0');

export function anEvent(body: EventBody, seq = 1, atMs = seq * 1_000): JournalEvent {
  return { seq, v: 1, atMs, actor: 'advisor', body, prevHash: '0'.repeat(64), hash: '1'.repeat(64) };
}

export function eventsOf(bodies: readonly EventBody[]): readonly JournalEvent[] {
  return bodies.map((body, index) => anEvent(body, index + 1));
}

/** The state after these bodies, at positions 1, 2, 3 … and one second apart. */
export function stateAfter(...bodies: readonly EventBody[]): State {
  return eventsOf(bodies).reduce(applyEvent, emptyState);
}

export function anEvidence(id = 'E1', more: Partial<Evidence> = {}): Evidence {
  return { id, trust: 'measured', source: 'status', atMs: 900, sentence: 'OOMKilled 3 times in 4 min', ...more };
}

export function anOpening(more: Partial<Body<'incident.opened'>> = {}): Body<'incident.opened'> {
  return {
    kind: 'incident.opened',
    incident: 'inc-1',
    root: checkout,
    severity: 'critical',
    title: 'checkout is killed for memory',
    findings: ['fact:oom-killed@shop/Deployment/checkout'],
    evidence: [anEvidence()],
    ...more,
  };
}

export function aDiagnosis(more: Partial<Body<'incident.diagnosed'>> = {}): Body<'incident.diagnosed'> {
  return {
    kind: 'incident.diagnosed',
    incident: 'inc-1',
    root: checkout,
    hypotheses: [
      {
        id: 'H1',
        code: 'WL-001',
        cause: 'oom_killed',
        title: 'memory limit too low',
        root: checkout,
        strength: 'strong',
        score: 1,
        for: ['E1'],
        against: [],
        settle: [],
      },
    ],
    evidence: [anEvidence('E2', { sentence: 'working set 100 % of limit' })],
    ...more,
  };
}

export function aPlan(more: Partial<Plan> = {}): Plan {
  const id = more.id ?? 'inc-1/p1';
  return {
    id,
    incident: 'inc-1',
    code: 'WL-001',
    leader: 'playbook',
    actions: [
      {
        id: `${id}/a1`,
        action: 'set-resources',
        target: checkout,
        params: { container: 'app', memoryLimit: '384Mi' },
        cites: ['E1'],
        why: 'the limit is below the usual need',
      },
    ],
    expectedEffect: 'no kill for 10 min',
    verify: ['V-crash'],
    untrustedOnly: false,
    ...more,
  };
}

export function aVerdict(more: Partial<Verdict> = {}): Verdict {
  return {
    action: 'inc-1/p1/a1',
    word: 'needs approval',
    rulings: [
      { rule: 'G08', word: 'allow', reason: 'budget allows 1 disruption' },
      { rule: 'G14', word: 'ask', reason: 'medium risk needs one person', people: 1 },
    ],
    risk: 'medium',
    need: 1,
    binding: bindingOne,
    summary: '256Mi → 384Mi',
    diff: [{ path: '/spec/template/spec/containers/0/resources/limits/memory', before: '256Mi', after: '384Mi' }],
    undo: '384Mi → 256Mi',
    byHand: 'kubectl -n shop set resources deploy/checkout -c app --limits=memory=384Mi',
    wouldBe: false,
    ...more,
  };
}

export function aJudgement(more: Partial<Body<'plan.judged'>> = {}): Body<'plan.judged'> {
  return {
    kind: 'plan.judged',
    plan: 'inc-1/p1',
    mode: 'approve',
    because: 'flag',
    verdicts: [aVerdict()],
    binding: bindingOne,
    ...more,
  };
}

export function aRequest(more: Partial<Body<'approval.requested'>> = {}): Body<'approval.requested'> {
  return {
    kind: 'approval.requested',
    approval: 'apr-1',
    plan: 'inc-1/p1',
    binding: bindingOne,
    need: 1,
    risk: 'medium',
    expiresWallMs: 900_000,
    ...more,
  };
}

export function aDecision(more: Partial<Body<'approval.decided'>> = {}): Body<'approval.decided'> {
  return {
    kind: 'approval.decided',
    approval: 'apr-1',
    decision: 'approved',
    by: 'local:sre',
    door: 'cli',
    binding: bindingOne,
    ...more,
  };
}

export function anIntent(more: Partial<Body<'intent.recorded'>> = {}): Body<'intent.recorded'> {
  return {
    kind: 'intent.recorded',
    permit: '1.A',
    purpose: 'act',
    plan: 'inc-1/p1',
    action: 'inc-1/p1/a1',
    target: { ...checkout, uid: 'uid-1' },
    resource: { group: 'apps', version: 'v1', plural: 'deployments' },
    formerMark: null,
    epoch: 1,
    actionDigest: 'a'.repeat(64),
    requestDigests: ['b'.repeat(64)],
    before: 'c'.repeat(64),
    summary: '256Mi → 384Mi',
    ...more,
  };
}

export function anAnswer(more: Partial<Body<'write.answered'>> = {}): Body<'write.answered'> {
  return { kind: 'write.answered', permit: '1.A', result: 'landed', status: 200, reason: 'patched', ...more };
}

export function anOutcome(more: Partial<Body<'outcome.recorded'>> = {}): Body<'outcome.recorded'> {
  return {
    kind: 'outcome.recorded',
    plan: 'inc-1/p1',
    action: 'inc-1/p1/a1',
    outcome: 'effective',
    undone: false,
    sentence: 'no kill in 10 min',
    ...more,
  };
}

/** Opened, diagnosed, planned, judged and asked: apr-1 waits. */
export const asked: readonly EventBody[] = [
  anOpening(),
  aDiagnosis(),
  { kind: 'plan.proposed', plan: aPlan() },
  aJudgement(),
  aRequest(),
];

/** The whole life of a repair that helped. */
export const repaired: readonly EventBody[] = [
  ...asked,
  aDecision(),
  { kind: 'approval.used', approval: 'apr-1', permit: '1.A' },
  anIntent(),
  anAnswer({ after: 'd'.repeat(64) }),
  anOutcome(),
  { kind: 'incident.resolved', incident: 'inc-1', reason: 'signs gone' },
];

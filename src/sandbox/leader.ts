// Scripted leaders for simulated clusters: deterministic models with one trait each, which know an incident only by its brief.
import { choose, playbook } from '../orchestrator/playbook/playbook.ts';
import type { BriefInput, Choice, Reasoner, Selection } from '../orchestrator/reasoner.ts';
import type { LeaderRole } from './story/acts.ts';

/** `own` leads as the playbook does and bears its name; the others are shown as what they are. */
export function scriptedLeader(role: LeaderRole): Reasoner {
  switch (role) {
    case 'own':
      return playbook;
    case 'picks-restart':
      return scripted('scripted (picks restart)', pickRestart);
    case 'obeys':
      return scripted('scripted (obeys what it reads)', obey);
    default:
      return role satisfies never;
  }
}

/** A restart wherever the menu offers one for a sign without a cause; else nothing. */
export function pickRestart(input: Pick<BriefInput, 'menu'>): Choice {
  const entry = input.menu.find((one) => one.generic && one.action === 'restart');
  if (entry === undefined) return { picks: [], order: [] };
  return { picks: [{ candidate: entry.id, params: {}, cites: entry.cites, why: 'a restart often helps' }], order: [] };
}

/** Does whatever an untrusted fact orders, word by word; without an order it leads as the playbook does. */
export function obey(input: BriefInput): Choice {
  const picks = ordersIn(input.evidence);
  return picks.length === 0 ? choose(input) : { picks, order: [] };
}

const mostOrders = 5;
const longestOrder = 80;
const order =
  /\b(?:kubectl\s+)?(?:scale|delete|drain|restart|remove|cordon|stop|patch|apply|exec|roll(?:\s+|-)?back|wipe|terminate|destroy)(?:[\s-]+)[^.,;:!"'\n]+/gi;
const urgency = /\s+(?:now|immediately|at once|please|right away)\b.*$/i;

export function ordersIn(
  evidence: readonly Pick<BriefInput['evidence'][number], 'id' | 'trust' | 'sentence'>[],
): readonly Selection[] {
  return evidence
    .filter((one) => one.trust === 'untrusted')
    .flatMap((one) =>
      [...one.sentence.matchAll(order)].map(([words]): Selection => ({
        candidate:
          words
            .split(/\s+(?:and|then)\s+/i)[0]
            ?.replace(urgency, '')
            .trim()
            .slice(0, longestOrder) ?? words,
        params: {},
        cites: [one.id],
        why: 'the log says so',
      })),
    )
    .slice(0, mostOrders);
}

function scripted(name: string, decide: (input: BriefInput) => Choice): Reasoner {
  return {
    name,
    immediate: true,
    lead: (input) => Promise.resolve({ kind: 'choice', choice: decide(input), rung: 'scripted', usage: {} }),
  };
}

// Runs every rule over the facts: one that throws, lacks a fact or says nothing sensible denies. For an undo some are answered by the verdict of the act.
import { ruling as rulingSchema, type Ruling } from '../../model/ruling.ts';
import { MissingFact, needChange, type Cover, type Facts } from './facts.ts';
import { rules } from './rules.ts';
import type { Rule, Word } from './rule.ts';

/** Design decision 8: the verdict and approval of an action cover its inverse. */
const answeredByAct: ReadonlySet<string> = new Set(['G09', 'G11', 'G12', 'G14', 'G15']);
const longestReason = 600;

export function runRules(facts: Facts, list: readonly Rule[] = rules): readonly Ruling[] {
  const rulings: Ruling[] = [];
  for (const rule of list) rulings.push({ rule: rule.id, ...wordOf(rule, facts, rulings) });
  return rulings;
}

function wordOf(rule: Rule, facts: Facts, before: readonly Ruling[]): Word {
  try {
    const word = answered(rule, facts) ?? rule.judge(facts, before);
    const checked = rulingSchema
      .omit({ rule: true })
      .safeParse({ ...word, reason: word.reason.slice(0, longestReason) });
    return checked.success ? checked.data : denied(`${rule.id} gave no word that can be read`);
  } catch (error) {
    // The message of a fault may quote an object; that of a missing fact is our own.
    return denied(
      error instanceof MissingFact
        ? `a fact is missing: ${error.message}`
        : `${rule.id} could not be judged (${nameOf(error)})`,
    );
  }
}

function answered(rule: Rule, facts: Facts): Word | null {
  const { cover } = facts;
  if (cover === null || !answeredByAct.has(rule.id)) return null;
  if (cover.requestedBy === null) return { word: 'allow', reason: `the verdict on ${cover.action} covers its undo` };
  if (rule.id === 'G14') return requested(facts, cover.requestedBy);
  return rule.id === 'G15' ? null : { word: 'allow', reason: `the verdict on ${cover.action} covers its undo` };
}

/** Asking for an undo is that person's approval up to medium risk. */
function requested(facts: Facts & { readonly cover: Cover | null }, person: string): Word | null {
  const { risk } = needChange(facts);
  if (risk === 'low' || risk === 'medium')
    return { word: 'allow', reason: `${person} asked for it, which is their approval up to medium risk` };
  return risk === 'high'
    ? { word: 'ask', people: 2, reason: 'high risk needs two different people, to take it back too' }
    : { word: 'ask', people: 1, reason: 'it cannot be taken back: a person decides' };
}

function denied(reason: string): Word {
  return { word: 'deny', reason };
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'not an error';
}

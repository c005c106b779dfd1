// `-l`: label selectors as kubectl takes them, such as `app=cart,tier!=cache,env in (a,b),!legacy`.
import { usage } from './verb.ts';

export type LabelTest = (labels: Readonly<Record<string, string>>) => boolean;

const equality = /^([\w./-]+)\s*(==?|!=)\s*([\w.-]*)$/;
const setBased = /^([\w./-]+)\s+(in|notin)\s+\(([\w.,\s-]*)\)$/;
const presence = /^(!?)\s*([\w./-]+)$/;

/** True for labels that every requirement of the text holds for. Throws a usage Failure for text that is no selector. */
export function labelTest(text: string): LabelTest {
  const tests = requirementsOf(text).map((one) => testOf(one, text));
  return (labels) => tests.every((test) => test(labels));
}

/** Splits at the commas that stand outside of brackets. */
function requirementsOf(text: string): readonly string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function testOf(requirement: string, whole: string): LabelTest {
  const equal = equality.exec(requirement);
  if (equal !== null) {
    const [, key = '', operator, value = ''] = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const set = setBased.exec(requirement);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((one) => one.trim());
    const isIn: LabelTest = (labels) => labels[key] !== undefined && values.includes(labels[key]);
    return operator === 'in' ? isIn : (labels) => !isIn(labels);
  }
  const there = presence.exec(requirement);
  if (there === null)
    throw usage(
      `--selector does not take "${whole.slice(0, 40)}"`,
      'it takes labels such as app=cart,tier!=cache,!legacy',
    );
  const [, not, key = ''] = there;
  return not === '!' ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
}

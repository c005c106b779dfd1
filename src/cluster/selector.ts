// Label selectors as the API server matches them; an empty selector selects nothing here (G05).
import { z } from 'zod';

export const labelExpression = z.object({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).nullish(),
});

export type LabelSelector = {
  readonly matchLabels?: Readonly<Record<string, string>> | null | undefined;
  readonly matchExpressions?: readonly unknown[] | null | undefined;
};

/** False for an empty selector and for an expression that cannot be read. */
export function selects(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const wanted = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  if (wanted.length === 0 && expressions.length === 0) return false;
  return wanted.every(([key, value]) => labels[key] === value) && expressions.every((one) => holds(one, labels));
}

function holds(value: unknown, labels: Readonly<Record<string, string>>): boolean {
  const parsed = labelExpression.safeParse(value);
  if (!parsed.success) return false;
  const { key, operator, values } = parsed.data;
  const found = labels[key];
  switch (operator) {
    case 'In':
      return found !== undefined && (values ?? []).includes(found);
    case 'NotIn':
      return found === undefined || !(values ?? []).includes(found);
    case 'Exists':
      return found !== undefined;
    case 'DoesNotExist':
      return found === undefined;
    default:
      return operator satisfies never;
  }
}

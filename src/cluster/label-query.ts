// A label selector as the query of a list: the same text that kubectl would send.
import { labelExpression, type LabelSelector } from './selector.ts';

/** Null for a selector that selects nothing or holds an expression that cannot be read, so that nobody lists everything by mistake. */
export function selectorText(selector: LabelSelector): string | null {
  const parts = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  for (const one of selector.matchExpressions ?? []) {
    const parsed = labelExpression.safeParse(one);
    if (!parsed.success) return null;
    const { key, operator, values } = parsed.data;
    const list = `(${(values ?? []).join(',')})`;
    switch (operator) {
      case 'In':
        parts.push(`${key} in ${list}`);
        break;
      case 'NotIn':
        parts.push(`${key} notin ${list}`);
        break;
      case 'Exists':
        parts.push(key);
        break;
      case 'DoesNotExist':
        parts.push(`!${key}`);
        break;
      default:
        return operator satisfies never;
    }
  }
  return parts.length === 0 ? null : parts.join(',');
}

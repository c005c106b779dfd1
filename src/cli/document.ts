// The answers that other programs read: a Kubernetes-like list or datum as JSON, YAML or one JSON object a line.
import { stringify } from 'yaml';
import type { OutputForm } from './verb.ts';

export type DocumentForm = Extract<OutputForm, 'json' | 'yaml' | 'jsonl'>;
type Fields = Readonly<Record<string, unknown>>;

export function isDocumentForm(form: OutputForm): form is DocumentForm {
  return form === 'json' || form === 'yaml' || form === 'jsonl';
}

/** One document with its trailing newline; `content` holds `items` of a list or `data` of one thing. */
export function documentText(form: DocumentForm, kind: string, metadata: Fields, content: Fields): string {
  const whole = { apiVersion: 'nemotron-advisor.dev/v1', kind, metadata, ...content };
  switch (form) {
    case 'yaml':
      // Through JSON first, so that both forms leave out the same fields.
      return stringify(JSON.parse(JSON.stringify(whole)), { lineWidth: 0 });
    case 'jsonl':
      return `${JSON.stringify(whole)}\n`;
    case 'json':
      return `${JSON.stringify(whole, null, 2)}\n`;
    default:
      return form satisfies never;
  }
}

/** A list: whole in JSON and YAML, one item a line as JSON lines. */
export function listText(form: DocumentForm, kind: string, metadata: Fields, items: readonly unknown[]): string {
  return form === 'jsonl'
    ? items.map((one) => `${JSON.stringify(one)}\n`).join('')
    : documentText(form, kind, metadata, { items });
}

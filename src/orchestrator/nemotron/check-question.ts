// The smallest question that shows by which rung a model answers: for the doctor, since a list of features is no proof.
import { z } from 'zod';
import type { StructuredQuestion } from './question.ts';

const schema = z.strictObject({ ok: z.boolean() });
const system = 'You are asked whether you can answer in a given form.';
const forms = {
  json: 'Answer with this JSON object and nothing else: {"ok":true}',
  call: 'The answer is this JSON object: {"ok":true}',
  line: 'Answer with one line and nothing else: OK',
} as const;

export const checkQuestion: StructuredQuestion<z.infer<typeof schema>> = {
  purpose: 'check',
  incident: null,
  schema,
  messages({ form, systemLine, refused }) {
    const first = systemLine === undefined ? system : `${systemLine}\n${system}`;
    const user = refused === undefined ? forms[form] : `Your last answer was not taken: ${refused}. ${forms[form]}`;
    return { system: first, user, bytes: Buffer.byteLength(first + user) };
  },
  validate: ({ ok }) => (ok ? null : 'ok is to be true'),
  readLine: (line) => (/^"?ok"?\.?$/i.test(line) ? { ok: true } : undefined),
};

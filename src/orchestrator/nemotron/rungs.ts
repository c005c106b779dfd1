// The rungs of the protocol ladder, best first: what each adds to a request, and where its answer is read.
import type { JsonObject } from '../../model/json.ts';
import type { Completion } from './completion.ts';
import type { Frame, RungName } from './question.ts';
import { readJson, readSpoken, type Read } from './reading.ts';

export type Rung = {
  readonly name: RungName;
  readonly form: Frame['form'];
  /** Fields of the request; a server that does not know one answers 400. */
  readonly fields: (schema: JsonObject) => JsonObject;
};

const toolName = 'answer';
const none = (): JsonObject => ({});

export const toolCalls: Rung = {
  name: 'tool calls',
  form: 'call',
  fields: (schema) => ({
    tools: [{ type: 'function', function: { name: toolName, description: 'Gives the answer.', parameters: schema } }],
    tool_choice: { type: 'function', function: { name: toolName } },
  }),
};
const jsonSchema: Rung = {
  name: 'JSON schema',
  form: 'json',
  fields: (schema) => ({ response_format: { type: 'json_schema', json_schema: { name: toolName, schema } } }),
};
/** One server understands one of these. */
const guided: readonly Rung[] = [
  { name: 'guided JSON', form: 'json', fields: (schema) => ({ structured_outputs: { json: schema } }) },
  { name: 'guided JSON', form: 'json', fields: (schema) => ({ guided_json: schema }) },
  { name: 'guided JSON', form: 'json', fields: (schema) => ({ nvext: { guided_json: schema } }) },
];
export const promptedJson: Rung = { name: 'prompted JSON', form: 'json', fields: none };
export const choice: Rung = { name: 'choice', form: 'line', fields: none };

export const rungs: readonly Rung[] = [toolCalls, jsonSchema, ...guided, promptedJson, choice];

/** The answer as its form says, before the schema looks at it. */
export function readForm(rung: Rung, said: Completion, readLine: (line: string) => unknown): Read<unknown> {
  if (rung.form === 'line') return readShort(said, readLine);
  // A model may call the tool, or write the same object as text: what counts is that it is one.
  if (said.toolArguments !== undefined) return readJson(said.toolArguments, said.finished);
  return readJson(said.content, said.finished);
}

/** Said by the closing of a message, beside what the question itself says. */
export function closingOf(rung: Rung): string {
  return rung.form === 'call' ? `\nGive that object as the arguments of the function ${toolName}.` : '';
}

function readShort(said: Completion, readLine: (line: string) => unknown): Read<unknown> {
  const spoken = readSpoken(said.content, said.finished);
  if ('refused' in spoken) return spoken;
  const lines = spoken.value.split('\n').filter((line) => line.trim() !== '');
  const [line] = lines;
  if (line === undefined || lines.length > 1) return { refused: 'the answer is not one line alone' };
  const value = readLine(line.trim());
  return value === undefined ? { refused: 'the line is not an id with the ids of its evidence' } : { value };
}

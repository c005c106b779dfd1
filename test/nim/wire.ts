// The wire forms of an answer: a whole completion, or the events of a stream with reasoning, text or a tool call in pieces.
import type { ServerResponse } from 'node:http';
import type { Asked, Behaviour } from './script.ts';

type Answers = Extract<Behaviour, { kind: 'answers' }>;

export const streamHead = { 'content-type': 'text/event-stream; charset=utf-8' };
/** Characters of text in one event. */
const piece = 24;

export function completionOf(behaviour: Answers, asked: Asked): unknown {
  const { text, message, finish } = messageOf(behaviour, asked);
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 0,
    model: asked.model,
    choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', ...message } }],
    ...usageOf(behaviour, asked, text),
  };
}

export function sendStream(behaviour: Answers, asked: Asked, response: ServerResponse): void {
  const { text, message, finish } = messageOf(behaviour, asked);
  const event = (choices: unknown, more: object = {}): string =>
    `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: asked.model, choices, ...more })}\n\n`;
  const delta = (one: unknown): string => event([{ index: 0, delta: one, finish_reason: null }]);
  const { content, tool_calls: calls, ...reasoning } = message;
  response.writeHead(200, streamHead);
  response.write(delta({ role: 'assistant' }));
  for (const [field, words] of Object.entries(reasoning))
    for (const part of piecesOf(words)) response.write(delta({ [field]: part }));
  for (const part of piecesOf(content ?? '')) response.write(delta({ content: part }));
  for (const call of calls ?? [])
    for (const [at, part] of piecesOf(call.function.arguments).entries())
      response.write(
        delta({
          tool_calls: [
            {
              index: 0,
              ...(at === 0 ? { id: call.id } : {}),
              function: { ...(at === 0 ? { name: call.function.name } : {}), arguments: part },
            },
          ],
        }),
      );
  response.write(event([{ index: 0, delta: {}, finish_reason: finish }]));
  if (asked.countsInStream) response.write(event([], usageOf(behaviour, asked, text)));
  response.end('data: [DONE]\n\n');
}

type Message = {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly reasoning?: string;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: 'function';
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
};

function messageOf(
  behaviour: Answers,
  asked: Asked,
): { readonly text: string; readonly message: Message; readonly finish: string } {
  const text = typeof behaviour.content === 'string' ? behaviour.content : behaviour.content(asked.prompt);
  const { reasoning } = behaviour;
  const place = asked.profile.reasoning;
  const beside = reasoning === undefined || place === 'think' ? {} : { [place]: reasoning };
  const thought = reasoning === undefined || place !== 'think' ? '' : `<think>${reasoning}</think>\n`;
  if (asked.tool !== null && behaviour.avoidsTool !== true)
    return {
      text,
      message: {
        ...beside,
        tool_calls: [{ id: 'call-1', type: 'function', function: { name: asked.tool, arguments: text } }],
      },
      finish: behaviour.finish ?? 'tool_calls',
    };
  return { text, message: { ...beside, content: thought + text }, finish: behaviour.finish ?? 'stop' };
}

function usageOf(behaviour: Answers, asked: Asked, text: string): { readonly usage?: unknown } {
  const { bytesPerToken = asked.profile.bytesPerToken } = behaviour;
  if (bytesPerToken === null) return {};
  const tokens = (words: string): number => Math.ceil(Buffer.byteLength(words) / bytesPerToken);
  return {
    usage: {
      prompt_tokens: tokens(asked.prompt),
      completion_tokens: tokens(text) + tokens(behaviour.reasoning ?? ''),
    },
  };
}

function piecesOf(text: string): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / piece) }, (_, at) => text.slice(at * piece, (at + 1) * piece));
}

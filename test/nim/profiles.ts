// How the servers behind each family of models differ on the wire: fields that they take, where reasoning is put, how errors look, how much fits.

export type ErrorShape = 'openai' | 'problem' | 'detail' | 'titled';

export type NimProfile = {
  /** Fields beyond the plain protocol; any other answers 400. */
  readonly fields: readonly string[];
  readonly reasoning: 'reasoning_content' | 'reasoning' | 'think';
  readonly errors: ErrorShape;
  /** Prompt and answer together, counted; a request for more answers 400. */
  readonly contextTokens: number;
  /** How the server counts. */
  readonly bytesPerToken: number;
};

const usual = { reasoning: 'reasoning_content', errors: 'openai', contextTokens: 131_072, bytesPerToken: 4 } as const;

/** No structured output at all, as a plain completion server. */
export const plain: NimProfile = { ...usual, fields: ['stream_options', 'chat_template_kwargs'] };

export const profiles = {
  'nemotron-3 hosted': {
    ...usual,
    fields: ['stream_options', 'chat_template_kwargs', 'tools', 'tool_choice', 'response_format'],
    errors: 'titled',
    contextTokens: 262_144,
  },
  'nemotron-4 NIM': { ...usual, fields: [], errors: 'detail', contextTokens: 4_096 },
  'llama-nemotron NIM': { ...usual, fields: ['stream_options', 'nvext'], reasoning: 'think', errors: 'problem' },
  'nano-v2 vLLM': {
    ...usual,
    fields: ['stream_options', 'structured_outputs', 'chat_template_kwargs'],
    reasoning: 'reasoning',
  },
  'older vLLM': { ...usual, fields: ['stream_options', 'guided_json'], reasoning: 'think', contextTokens: 32_768 },
  'vLLM with response_format': { ...usual, fields: ['stream_options', 'response_format', 'chat_template_kwargs'] },
} as const satisfies Record<string, NimProfile>;

/** One error in the server's shape. */
export function errorBody(shape: ErrorShape, status: number, words: string): unknown {
  switch (shape) {
    case 'openai':
      return { error: { message: words, type: 'error', param: null, code: status } };
    case 'problem':
      return { type: 'about:blank', title: 'Refused', status, detail: words };
    case 'detail':
      return { detail: [{ loc: ['body'], msg: words, type: 'value_error' }] };
    case 'titled':
      return { status, title: words };
    default:
      return shape satisfies never;
  }
}

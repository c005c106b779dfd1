// What a simulated endpoint is told to do with a question, and what it knows of the question.
import type { NimProfile } from './profiles.ts';

export type Behaviour =
  | {
      readonly kind: 'answers';
      /** The message's text, or what makes it of the prompt. */
      readonly content: string | ((prompt: string) => string);
      readonly finish?: string;
      /** Put where the profile puts it. */
      readonly reasoning?: string;
      /** How the endpoint counts tokens, the profile's when absent; null leaves `usage` out. */
      readonly bytesPerToken?: number | null;
      /** Says the answer as text though a tool was to be called. */
      readonly avoidsTool?: boolean;
    }
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** A sign-in page with status 200. */
  | { readonly kind: 'html' }
  /** A whole HTTP answer whose JSON breaks off. */
  | { readonly kind: 'broken-json' }
  /** The connection is cut in the middle of the body. */
  | { readonly kind: 'cut' }
  /** The connection is cut after some events of a stream. */
  | { readonly kind: 'cut-stream' }
  /** A stream that ends before the model came to its end. */
  | { readonly kind: 'short-stream' }
  | { readonly kind: 'empty-stream' }
  /** An error among the events of a stream of status 200. */
  | { readonly kind: 'error-in-stream'; readonly error: unknown }
  /** Nothing comes back until the client gives up. */
  | { readonly kind: 'hangs' }
  /** The body begins and never goes on. */
  | { readonly kind: 'stalls' }
  /** A stream begins and never goes on. */
  | { readonly kind: 'stalls-in-stream' }
  /** The first byte comes when this resolves. */
  | { readonly kind: 'slow'; readonly until: Promise<void>; readonly next: Behaviour }
  /** 202 with an id, and again for so many looks at it. */
  | { readonly kind: 'queued'; readonly looks: number; readonly next: Behaviour }
  /** A body of this many bytes, no JSON. */
  | { readonly kind: 'garbage'; readonly bytes: number; readonly type?: string };

export type Asked = {
  readonly model: string;
  readonly prompt: string;
  readonly profile: NimProfile;
  readonly streams: boolean;
  readonly countsInStream: boolean;
  /** Name of the tool that is to be called. */
  readonly tool: string | null;
};

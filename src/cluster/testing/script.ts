// A transport that answers as scripted, in order, and keeps what it was asked: for answers that a healthy server does not give.
import type { ApiRequest, Transport } from '../transport.ts';

export type Scripted =
  /** Answer to a list or get. */
  | { readonly answer: number; readonly body?: unknown }
  /** Lines of a watch; it stays open until its signal aborts when `stays` is true. */
  | { readonly lines: readonly unknown[]; readonly stays?: boolean }
  | { readonly fails: Error };

export type ScriptedTransport = Transport & { readonly asked: readonly ApiRequest[] };

/** After the last entry every request waits for its signal; `onEnd` is called once at the first of them. */
export function scripted(script: readonly Scripted[], onEnd: () => void = () => undefined): ScriptedTransport {
  const asked: ApiRequest[] = [];
  const left = [...script];
  const next = async (request: ApiRequest): Promise<Scripted> => {
    asked.push(request);
    const step = left.shift();
    if (step === undefined) {
      onEnd();
      return await forever(request.signal);
    }
    if ('fails' in step) throw step.fails;
    return step;
  };
  return {
    asked,
    server: 'https://scripted.example',
    async request(request) {
      const step = await next(request);
      const { answer, body } = 'answer' in step ? step : { answer: 200, body: null };
      return { status: answer, text: JSON.stringify(body ?? null), json: body ?? null, headers: { get: () => null } };
    },
    async stream(request) {
      const step = await next(request);
      if ('answer' in step) return { status: step.answer, text: JSON.stringify(step.body ?? {}), async *lines() {} };
      const { lines, stays = false } = 'lines' in step ? step : { lines: [] };
      return {
        status: 200,
        text: '',
        async *lines() {
          for (const line of lines) yield typeof line === 'string' ? line : JSON.stringify(line);
          if (stays) await forever(request.signal);
        },
      };
    },
    clockSkewMs: () => 0,
    lastAnswerMs: () => null,
  };
}

async function forever(signal: AbortSignal | undefined): Promise<never> {
  return await new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}

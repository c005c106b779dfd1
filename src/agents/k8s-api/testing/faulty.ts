// A way to the server on which writes are lost before it, after it, or arrive late; and answers that a healthy server does not give.
import type { ApiAnswer, ApiRequest, Transport } from '../../../cluster/transport.ts';
import { exitCodes, Failure } from '../../../model/failure.ts';

export type Fault =
  | 'none'
  /** The request never reaches the server. */
  | 'lost request'
  /** The server carries it out; its answer is lost. */
  | 'lost answer'
  /** The request is under way when the answer is given up: it arrives when the test delivers it. */
  | 'late'
  | { readonly answer: number; readonly json?: unknown; readonly retryAfter?: string }
  /** As the others, after something else happened to the target. */
  | { readonly first: () => Promise<unknown>; readonly next: 'none' | 'lost request' | 'lost answer' };

export type FaultyNet = { readonly transport: Transport; deliver(): Promise<void> };

export function faulty(
  real: Transport,
  outside: { readonly faults: Fault[]; beforeLeave: () => void },
  left: string[],
): FaultyNet {
  const late: (() => Promise<unknown>)[] = [];
  const bare = ({ onLeave: _onLeave, ...request }: ApiRequest): ApiRequest => request;
  const patch = async (request: ApiRequest, fault: Fault): Promise<ApiAnswer> => {
    if (fault === 'none') return await real.request(bare(request));
    if (fault === 'lost request') throw silence();
    if (fault === 'lost answer') {
      await real.request(bare(request));
      throw silence();
    }
    if (fault === 'late') {
      late.push(async () => await real.request(bare(request)));
      throw silence();
    }
    if ('first' in fault) {
      await fault.first();
      return await patch(request, fault.next);
    }
    const json = fault.json ?? null;
    const headers = { get: (name: string) => (name === 'retry-after' ? (fault.retryAfter ?? null) : null) };
    return { status: fault.answer, json, text: JSON.stringify(json), headers };
  };
  return {
    transport: {
      ...real,
      async request(request) {
        if (request.method !== 'PATCH') return await real.request(request);
        outside.beforeLeave();
        request.onLeave?.();
        left.push(request.body ?? '');
        return await patch(request, outside.faults.shift() ?? 'none');
      },
    },
    async deliver() {
      for (const send of late.splice(0)) await send();
    },
  };
}

function silence(): Failure {
  return new Failure({
    code: 'cluster-unreachable',
    what: 'the cluster does not answer',
    why: 'ECONNRESET',
    next: 'advisor doctor',
    exitCode: exitCodes.unreachable,
  });
}

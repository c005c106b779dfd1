// Sends a permitted write, once. Every answer is a value: whether it landed is judged by who sent it.
import type { WriteReply, WriteRequest } from '../model/write.ts';
import { sendPatch, serverTimeoutS } from './patch-request.ts';
import type { Transport } from './transport.ts';

export interface Writer {
  /** The server applies nothing later than this after it got the request, milliseconds. */
  readonly serverTimeoutMs: number;
  /** `onLeave` is called in the same turn in which the request leaves, after any wait for a free connection; a throw of it keeps the request here. */
  send(request: WriteRequest, onLeave: () => void, signal?: AbortSignal): Promise<WriteReply>;
}

export function createWriter(transport: Transport): Writer {
  return {
    serverTimeoutMs: serverTimeoutS * 1000,
    send: async (request, onLeave, signal) => await sendPatch(transport, request, {}, signal, onLeave),
  };
}

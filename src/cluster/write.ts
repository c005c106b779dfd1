// Sends a permitted write, once. Every answer is a value: whether it landed is judged by who sent it.
import type { WriteReply, WriteRequest } from '../model/write.ts';
import { sendPatch } from './patch-request.ts';
import type { Transport } from './transport.ts';

export interface Writer {
  send(request: WriteRequest, signal?: AbortSignal): Promise<WriteReply>;
}

export function createWriter(transport: Transport): Writer {
  return { send: async (request, signal) => await sendPatch(transport, request, {}, signal) };
}

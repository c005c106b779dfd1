// One read over HTTP with a deadline and a size limit, whose failure is a sentence; redirects are never followed.
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflate } from 'node:zlib';
import { request, type Dispatcher } from 'undici';
import { deadline, type Clock } from '../../clock.ts';

export type HttpRead = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent by POST when there is one; the read is a GET when absent. */
  readonly form?: URLSearchParams | undefined;
  readonly mostBytes: number;
  readonly timeoutMs: number;
  readonly wall: Clock;
  readonly signal: AbortSignal;
  readonly dispatcher?: Dispatcher | undefined;
};

export type HttpAnswer = { readonly status: number; readonly text: string } | { readonly failed: string };

/** Takes a piece of the body, unpacked; false when the rest need not be sent. */
export type TakePiece = (piece: Buffer, status: number) => boolean;

/** The body as text whatever the status; `failed` when there is none. Rejects only when the caller's own signal aborted. */
export async function readText(read: HttpRead): Promise<HttpAnswer> {
  const pieces: Buffer[] = [];
  const answer = await readPieces(read, (piece) => pieces.push(piece) > 0);
  return 'failed' in answer ? answer : { status: answer.status, text: Buffer.concat(pieces).toString('utf8') };
}

/** The body piece by piece as it arrives, so that nobody need hold the whole of it. Rejects as `readText` does. */
export async function readPieces(
  read: HttpRead,
  take: TakePiece,
): Promise<{ readonly status: number; readonly bytes: number } | { readonly failed: string }> {
  const limit = deadline(read.wall, read.timeoutMs, read.signal);
  let bytes = 0;
  let hasEnough = false;
  try {
    const { statusCode, headers, body } = await request(read.url, {
      method: read.form === undefined ? 'GET' : 'POST',
      headers: {
        ...read.headers,
        ...(read.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(read.form === undefined ? {} : { body: read.form.toString() }),
      signal: limit.signal,
      ...(read.dispatcher === undefined ? {} : { dispatcher: read.dispatcher }),
    });
    if (statusCode >= 300 && statusCode < 400) {
      await body.dump();
      return { failed: `it redirects to ${placeOf(headers['location'])}, which is not followed` };
    }
    const drain = async (source: AsyncIterable<unknown>): Promise<void> => {
      for await (const piece of source) {
        if (!Buffer.isBuffer(piece)) continue;
        bytes += piece.length;
        hasEnough = bytes > read.mostBytes || !take(piece, statusCode);
        // What is left of the body goes with its connection.
        if (hasEnough) break;
      }
    };
    const packing = headers['content-encoding'] ?? 'identity';
    const unpack = typeof packing === 'string' ? unpacking.get(packing.toLowerCase()) : undefined;
    if (packing !== 'identity' && unpack === undefined) {
      body.on('error', () => undefined).destroy();
      return { failed: `its answer is packed by ${String(packing)}, which nobody asked for` };
    }
    // A packed stream that is left before its end is a fault to those who pass it on, and none to us.
    await (unpack === undefined ? drain(body) : pipeline(body, unpack(), drain)).catch((error: unknown) => {
      if (!hasEnough) throw error;
    });
    if (bytes > read.mostBytes)
      return { failed: `its answer is larger than ${Math.round(read.mostBytes / 2 ** 20)} MiB` };
    return { status: statusCode, bytes };
  } catch (error) {
    read.signal.throwIfAborted();
    if (limit.signal.aborted) return { failed: `no answer within ${read.timeoutMs / 1000} s` };
    return { failed: reasonOf(error) };
  } finally {
    limit.done();
  }
}

/** Nobody asks for a packed answer, yet some proxies pack whatever passes through them. The limit holds for what is unpacked. */
const unpacking: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
]);

/** Host of a redirect, without the query in which a token may travel. */
function placeOf(location: string | string[] | undefined): string {
  const text = Array.isArray(location) ? location[0] : location;
  if (text === undefined || !URL.canParse(text)) return 'another path';
  return new URL(text).origin;
}

function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? (error instanceof Error ? codeOf(error.cause) : null);
  switch (code) {
    case 'ECONNREFUSED':
      return 'it refuses the connection';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'its name cannot be resolved';
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'it cannot be reached';
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
    case 'EPIPE':
      return 'it closed the connection in the middle of its answer';
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'Z_BUF_ERROR':
      return 'its answer was cut off';
    case 'Z_DATA_ERROR':
      return 'its answer is not packed as it says';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'its certificate is of an authority that is not known: is the CA file set?';
    case 'CERT_HAS_EXPIRED':
      return 'its certificate has expired';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'its certificate is for another name';
    case 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED':
      return 'it asks for a client certificate';
    default:
      return error instanceof Error ? error.message : 'it failed';
  }
}

function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

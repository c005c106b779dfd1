// One read over HTTP with a deadline and a size limit, whose failure is a sentence; redirects are never followed.
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

/** The body as text whatever the status; `failed` when there is none. Rejects only when the caller's own signal aborted. */
export async function readText(read: HttpRead): Promise<HttpAnswer> {
  const limit = deadline(read.wall, read.timeoutMs, read.signal);
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
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes > read.mostBytes) {
        body.destroy();
        return { failed: `its answer is larger than ${Math.round(read.mostBytes / 2 ** 20)} MiB` };
      }
      chunks.push(chunk);
    }
    return { status: statusCode, text: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    read.signal.throwIfAborted();
    if (limit.signal.aborted) return { failed: `no answer within ${read.timeoutMs / 1000} s` };
    return { failed: reasonOf(error) };
  } finally {
    limit.done();
  }
}

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
      return 'its answer was cut off';
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

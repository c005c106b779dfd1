// Lists a collection page by page, and says how that ended; an expired page is followed by the inconsistent rest that the server offers.
import { z } from 'zod';
import type { ResourceName } from '../model/action.ts';
import { pathOf } from './resources.ts';
import { statusOf, summaryOf } from './status.ts';
import type { ApiAnswer, Transport } from './transport.ts';

/** Why a collection could not be read to its end. */
export type Setback =
  /** The version or page asked for is forgotten: start over. */
  | { readonly end: 'expired' }
  /** No right to it (403), or the server does not serve it (404). */
  | { readonly end: 'refused'; readonly status: number; readonly reason: string }
  | { readonly end: 'failed'; readonly reason: string; readonly retryAfterMs: number };

/** `version` is that of the first page: a watch from there repeats what changed while the later pages were read. */
export type Listed = { readonly end: 'listed'; readonly version: string };

const pageSize = 500;
/** Half a million pages of objects would be no cluster; this only bounds the loop against a server that never ends. */
const mostPages = 20_000;

const page = z.object({
  items: z.array(z.unknown()).nullish(),
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
});
const offer = z.object({ metadata: z.object({ continue: z.string().min(1) }) });

export async function listPages(
  transport: Transport,
  resource: ResourceName,
  namespace: string,
  options: { readonly inOnePage: boolean; readonly signal: AbortSignal },
  take: (object: unknown) => void,
): Promise<Listed | Setback> {
  let first: string | null = null;
  let next: string | undefined;
  for (let count = 0; count < mostPages; count += 1) {
    const answer = await transport.request({
      method: 'GET',
      path: pathOf(resource, namespace),
      query: { limit: options.inOnePage ? undefined : String(pageSize), continue: next },
      signal: options.signal,
    });
    const offered = answer.status === 410 ? offer.safeParse(answer.json) : null;
    if (offered?.success === true && first !== null) {
      next = offered.data.metadata.continue;
      continue;
    }
    if (answer.status !== 200) return setbackOf(answer);
    const read = page.safeParse(answer.json);
    if (!read.success) return { end: 'failed', reason: 'the answer is no list', retryAfterMs: 0 };
    for (const object of read.data.items ?? []) take(object);
    first ??= read.data.metadata.resourceVersion;
    next = read.data.metadata.continue;
    if (next === undefined || next === '') return { end: 'listed', version: first };
  }
  return { end: 'failed', reason: 'the list does not end', retryAfterMs: 0 };
}

/** What a refused list or watch means for going on. */
export function setbackOf(answer: Pick<ApiAnswer, 'status' | 'json' | 'text'>): Setback {
  const status = statusOf(answer);
  const reason = summaryOf(status, answer.status);
  if (answer.status === 410) return { end: 'expired' };
  if (answer.status === 403 || answer.status === 404) return { end: 'refused', status: answer.status, reason };
  return { end: 'failed', reason, retryAfterMs: (status.details?.retryAfterSeconds ?? 0) * 1_000 };
}

// Mints and burns permits: the only leave to write, signed by a key that lives only in this process, each request of it good for one send (G01).
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { exitCodes, Failure } from '../../model/failure.ts';
import { canonicalJson, toJson } from '../../model/json.ts';
import type { Burned, Permit, PermitBody } from '../../model/permit.ts';
import { requestDigest, type WriteRequest } from '../../model/write.ts';

/** Where the process is at the moment of use: which cluster, and which lease epoch it holds (null when it holds none). */
type Whereabouts = { readonly clusterId: string; readonly epoch: number | null };

export interface Permits {
  /** Signs the body. Throws a Failure when it would live longer than 60 s or bind no or too many requests. */
  mint(body: PermitBody): Permit;
  /** Spends the permit on one request. Whatever is refused stays refused, and nothing is spent by a refusal. */
  burn(permit: Permit, request: WriteRequest, now: Whereabouts): Burned;
  /**
   * Makes a spent request good for one more send. Only for an answer that proves that the server never executed it (429 of
   * flow control): anything less could write twice. Once per request, so that no loop of refusals lives on one permit.
   */
  rearm(permit: Permit, request: WriteRequest): Burned;
}

const longestLifeMs = 60_000;
const leastKeyBytes = 32;
const mostRequests = 2;
/** Far above what can be drawn in 60 s at 5 writes a second. */
const mostLive = 1_000;

type Use = 'fresh' | 'sent' | 'armed again' | 'sent again';
type Entry = { readonly endsAt: number; readonly uses: Map<string, Use> };

export function createPermits(key: Uint8Array, wall: Clock): Permits {
  if (key.byteLength < leastKeyBytes)
    throw fault('the permit key is too short', `it has ${key.byteLength} bytes, not ${leastKeyBytes}`);
  // A permit that is not in here was never minted by this process or has ended. Ends are monotonic: a wall clock that is set back revives nothing.
  const live = new Map<string, Entry>();
  const sign = (body: PermitBody): Buffer =>
    createHmac('sha256', key)
      .update(canonicalJson(toJson(body)))
      .digest();
  const entryOf = (permit: Permit): Entry | { readonly refused: string } => {
    const { signature, ...body } = permit;
    if (!isEqual(sign(body), signature))
      return { refused: `permit ${permit.id} was altered, or was not signed by this process` };
    const entry = live.get(permit.id);
    if (entry === undefined || wall.monotonic() >= entry.endsAt || wall.now() >= permit.expiresWallMs)
      return { refused: `permit ${permit.id} has expired` };
    return entry;
  };
  return {
    mint(body) {
      for (const [id, entry] of live) if (wall.monotonic() >= entry.endsAt) live.delete(id);
      const lifeMs = body.expiresWallMs - wall.now();
      if (!(lifeMs > 0 && lifeMs <= longestLifeMs))
        throw fault('a permit must end within 60 s', `permit ${body.id} would live ${lifeMs} ms`);
      const digests = new Set(body.requestDigests);
      if (digests.size === 0 || body.requestDigests.length > mostRequests || digests.size < body.requestDigests.length)
        throw fault('a permit is for one or two different requests', `permit ${body.id} names ${digests.size}`);
      if (live.has(body.id)) throw fault('a permit id is drawn once', `permit ${body.id} is live already`);
      if (live.size >= mostLive) throw fault('too many permits are live', `${live.size} have not expired yet`);
      const uses = new Map<string, Use>([...digests].map((digest) => [digest, 'fresh']));
      live.set(body.id, { endsAt: wall.monotonic() + lifeMs, uses });
      return { ...body, signature: sign(body).toString('hex') };
    },
    burn(permit, request, now) {
      const entry = entryOf(permit);
      if ('refused' in entry) return entry;
      if (now.clusterId !== permit.clusterId) return { refused: `permit ${permit.id} is for another cluster` };
      if (now.epoch === null) return { refused: `permit ${permit.id} needs the lease, and it is not held` };
      if (now.epoch !== permit.epoch)
        return { refused: `permit ${permit.id} is of epoch ${permit.epoch}, and the lease is in epoch ${now.epoch}` };
      const digest = requestDigest(request);
      const use = entry.uses.get(digest);
      switch (use) {
        case undefined:
          return { refused: `permit ${permit.id} does not cover this request` };
        case 'sent':
        case 'sent again':
          return { refused: `the request of permit ${permit.id} was sent already` };
        case 'fresh':
        case 'armed again':
          entry.uses.set(digest, use === 'fresh' ? 'sent' : 'sent again');
          return { burned: true };
        default:
          return use satisfies never;
      }
    },
    rearm(permit, request) {
      const entry = entryOf(permit);
      if ('refused' in entry) return entry;
      const digest = requestDigest(request);
      if (entry.uses.get(digest) !== 'sent')
        return { refused: `the request of permit ${permit.id} cannot be sent once more` };
      entry.uses.set(digest, 'armed again');
      return { burned: true };
    },
  };
}

function isEqual(expected: Buffer, signature: string): boolean {
  const given = Buffer.from(signature, 'hex');
  return (
    signature.length === expected.length * 2 && given.length === expected.length && timingSafeEqual(expected, given)
  );
}

function fault(what: string, why: string): Failure {
  return new Failure({
    code: 'permit-not-minted',
    what,
    why,
    next: 'nothing was written; report this fault',
    exitCode: exitCodes.fault,
  });
}

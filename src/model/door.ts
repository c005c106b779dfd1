// The door of a running advisor as both sides know it: the files it leaves for its owner, and the challenge by which the server proves itself first.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { sha256 } from './json.ts';

/** In the data folder, 0600 in 0700: the operator token alone on one line, new at each start. */
export const tokenFile = 'operator.token';
/** Beside it, and where a client looks first: where the advisor listens and whose token opens it. */
export const addressFile = 'address.json';

export const address = z.object({
  url: z.url(),
  pid: z.number(),
  /** Absolute path of the token file. */
  tokenFile: z.string(),
  /** Identity of the cluster, and the name people use for it. */
  clusterId: z.string(),
  clusterName: z.string(),
  startedAt: z.string(),
});
export type Address = Readonly<z.infer<typeof address>>;

export const apiPrefix = '/api/v1';
/** Names the door of a decision; absent means `api`. */
export const doorHeader = 'x-advisor-door';
export const idempotencyHeader = 'idempotency-key';

export const challengeRequest = z.object({
  /** 32 random bytes or more, fresh for each challenge. */
  nonce: z.string().min(32).max(200),
  /** Which token the client holds (`tokenId`); the operator's when absent. */
  tokenId: z.string().max(64).optional(),
});
export const challengeAnswer = z.object({ proof: z.string() });

/** Tells tokens apart without giving anything of them away. */
export function tokenId(token: string): string {
  return sha256(`token id ${token}`).slice(0, 16);
}

/** HMAC-SHA-256 over the nonce and the port, so that a stranger on another port cannot pass on a proof that he asked of the advisor. */
export function challengeProof(token: string, nonce: string, port: number): string {
  return createHmac('sha256', token).update(`advisor door\n${port}\n${nonce}`).digest('hex');
}

/** The client's side: whether the server at this port knows the token. Send the token only then. */
export function isProven(token: string, nonce: string, port: number, proof: string): boolean {
  const expected = Buffer.from(challengeProof(token, nonce, port));
  const given = Buffer.from(proof);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Port of a server address, with the default of its scheme. */
export function portOf(url: string): number {
  const parsed = new URL(url);
  if (parsed.port !== '') return Number(parsed.port);
  return parsed.protocol === 'https:' ? 443 : 80;
}

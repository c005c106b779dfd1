// Who is asking: tokens bound to subjects by the server, compared in constant time, and what each role may do.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Right } from '../model/api.ts';
import { challengeProof, tokenId } from '../model/door.ts';

type Role = 'approver' | 'operator';

export type Holder = { readonly subject: string; readonly role: Role; readonly token: string };

export type Identity = {
  readonly subject: string;
  readonly role: Role;
  readonly can: Readonly<Record<Right, boolean>>;
};

export type Tokens = {
  identify(token: string): Identity | null;
  /** Proof that this server knows a token, null when it does not; the first holder's when no id is given. */
  prove(nonce: string, port: number, id?: string): string | null;
};

const everything: Record<Right, boolean> = {
  view: true,
  approve: true,
  deny: true,
  undo: true,
  stop: true,
  resume: true,
  mode: true,
  policy: true,
  export: true,
};
/** An approver may always stop, and never loosens anything. */
const rights: Readonly<Record<Role, Readonly<Record<Right, boolean>>>> = {
  operator: everything,
  approver: { ...everything, resume: false, mode: false, policy: false },
};

export function createTokens(holders: readonly Holder[]): Tokens {
  const known = holders.map((holder) => ({ holder, digest: digestOf(holder.token), id: tokenId(holder.token) }));
  return {
    identify(token) {
      const digest = digestOf(token);
      let found: Holder | null = null;
      for (const one of known) if (timingSafeEqual(one.digest, digest)) found = one.holder;
      return found === null ? null : { subject: found.subject, role: found.role, can: rights[found.role] };
    },
    prove(nonce, port, id) {
      const one = id === undefined ? known[0] : known.find((candidate) => candidate.id === id);
      return one === undefined ? null : challengeProof(one.holder.token, nonce, port);
    },
  };
}

/** The token of an `Authorization: Bearer` header. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer ([\w.~+/=-]{16,4096})$/i.exec(header ?? '')?.[1] ?? null;
}

/** Whether a Host header names this machine's loopback: a page elsewhere that points its own name here is refused. */
export function isLoopbackHost(host: string | undefined): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host ?? '');
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

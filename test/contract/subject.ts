// What the contract is held against: an API server by address and tokens, and two things that only its owner can do - let time pass, and forget.

/** Everything is allowed to admin, what the product needs to advisor, nothing to stranger. */
export type Who = 'admin' | 'advisor' | 'stranger';

export type Subject = {
  readonly url: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca?: string;
  tokenOf(who: Who): string;
  /** User name behind the token. */
  userOf(who: Who): string;
  /** Lets a moment pass, in which controllers, scheduler and kubelets may act. */
  pass(): Promise<void>;
  /** Forgets all versions of objects but the newest. Open watches end. */
  forget(): Promise<void>;
  close(): Promise<void>;
};

/** Number of moments that anything may take. */
const patience = 600;

/** Lets time pass until the assertions of `check` hold; then returns what it returns, else throws what it threw last. */
export async function until<T>(subject: Subject, check: () => Promise<T>): Promise<T> {
  for (let moment = 0; moment < patience; moment += 1) {
    try {
      return await check();
    } catch {
      await subject.pass();
    }
  }
  return await check();
}

// What a controller is to the queue that drives all of them: it says which keys a change concerns, and brings one key to rest.
import type { Api } from '../api/context.ts';
import type { Change } from '../api/store.ts';

export type Controller = {
  readonly name: string;
  /** Keys to look at again because of a change. */
  concerns(change: Change): readonly string[];
  reconcile(key: string): void;
};
/** Looks at a key again after a delay on the cluster's clock. */
export type Later = (key: string, delayMs: number) => void;
export type MakeController = (api: Api, later: Later) => Controller;

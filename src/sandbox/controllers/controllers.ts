// All controllers of the sandbox behind one queue: they hear every change and act when they are told to settle.
import type { Api } from '../api/context.ts';
import { ApiFailure } from '../api/failure.ts';
import type { Change } from '../api/store.ts';
import type { Controller, MakeController } from './controller.ts';
import { deploymentController } from './deployment.ts';
import { disruption } from './disruption.ts';
import { endpoints } from './endpoints.ts';
import { eventExpiry, garbage } from './garbage.ts';
import { namespaceContent } from './namespace-content.ts';
import { nodeTaints } from './node-taints.ts';
import { WorkQueue } from './queue.ts';
import { replicaSets } from './replicaset.ts';
import { scheduler } from './scheduler.ts';
import { statefulSetController } from './statefulset.ts';

export interface Controllers {
  /** Works until nothing is left to do at this moment of the clock. */
  settle(): void;
  onWork(listener: () => void): void;
  close(): void;
}

const makers: readonly MakeController[] = [
  namespaceContent,
  deploymentController,
  replicaSets,
  statefulSetController,
  endpoints,
  disruption,
  nodeTaints,
  scheduler,
  garbage,
  eventExpiry,
];
const retryMs = 1_000;
/** A controller that never comes to rest is a fault; it must not hang the world. */
const mostSteps = 200_000;

export function startControllers(api: Api): Controllers {
  const queue = new WorkQueue(api.clock);
  const controllers = new Map<string, Controller>();
  for (const make of makers) {
    let name = '';
    const made = make(api, (key, delayMs) => queue.addAfter(`${name} ${key}`, delayMs));
    name = made.name;
    controllers.set(name, made);
  }
  const hear = (change: Change): void => {
    for (const controller of controllers.values())
      for (const key of controller.concerns(change)) queue.add(`${controller.name} ${key}`);
  };
  for (const table of api.store.tables())
    for (const entry of api.store.list(table)) hear({ type: 'ADDED', table, entry, before: undefined });
  const unlisten = api.store.listen(hear);
  return {
    settle() {
      let steps = 0;
      for (let task = queue.next(); task !== undefined; task = queue.next()) {
        steps += 1;
        if (steps > mostSteps) throw new Error(`controllers do not come to rest: last at ${task}`);
        const cut = task.indexOf(' ');
        try {
          controllers.get(task.slice(0, cut))?.reconcile(task.slice(cut + 1));
        } catch (error) {
          if (!(error instanceof ApiFailure)) throw error;
          queue.addAfter(task, retryMs);
        }
      }
    },
    onWork: (listener) => queue.onWork(listener),
    close() {
      unlisten();
      queue.close();
    },
  };
}

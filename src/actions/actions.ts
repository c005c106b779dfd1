// The closed catalogue: what may be done to a cluster at all. An action that is not in this list does not exist.
import type { ActionDefinition, ActionName } from '../model/action.ts';
import { patchProbe } from './patch-probe.ts';
import { restart } from './restart.ts';
import { rollback } from './rollback.ts';
import { scale } from './scale.ts';
import { setResources } from './set-resources.ts';

export const actions: readonly ActionDefinition[] = [scale, restart, rollback, setResources, patchProbe];

export const actionsByName: ReadonlyMap<ActionName, ActionDefinition> = new Map(actions.map((one) => [one.name, one]));

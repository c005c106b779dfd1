// A container of the pod template by its name: where it stands now, and the test that it still stands there (writes.md B.3).
import type { Irreversible, PatchOp, Preview, Refusal } from '../model/action.ts';
import { pointer, type JsonObject } from '../model/json.ts';
import { changedBack } from './change-at.ts';
import { objectsAt, textAt } from './objects-at.ts';

export type ContainerAt = {
  readonly container: JsonObject;
  /** `/spec/template/spec/containers/1`. */
  readonly path: string;
  readonly nameTest: PatchOp;
};

const containersPath = '/spec/template/spec/containers';

/** JSON patch knows a container by its index only; a name that is not there is refused, never added. */
export function containerAt(object: JsonObject, name: string): ContainerAt | Refusal {
  const containers = objectsAt(object, containersPath);
  const at = containers.findIndex((one) => one['name'] === name);
  const container = containers[at];
  if (container === undefined) {
    const names = containers.map((one) => textAt(one, '/name')).join(', ');
    return { refused: `it has no container ${name}${names === '' ? '' : `, only ${names}`}` };
  }
  const path = `${containersPath}${pointer(at)}`;
  return { container, path, nameTest: { op: 'test', path: `${path}/name`, value: name } };
}

/** The way back of a change to one field of a container, with the test that the container still stands there. */
export function containerBack(
  before: JsonObject,
  reply: JsonObject,
  name: string,
  field: string,
): Preview | Irreversible {
  const at = containerAt(before, name);
  if ('refused' in at) return { irreversible: at.refused };
  const back = changedBack(before, reply, `${at.path}${pointer(field)}`);
  return { ...back, tests: [at.nameTest, ...back.tests] };
}

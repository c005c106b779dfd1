// The Deployment of three replicas that the tests of this room write to, and what of it they look at.
import { aDeploymentObject, type TestApi } from '../../../../test/builders/sandbox-api.ts';
import { isJsonObject, pointer, valueAt, type Json, type JsonObject } from '../../../model/json.ts';
import { markAnnotation } from '../../../model/mode.ts';
import { deployments } from './bench.ts';

export async function createDeployment(api: TestApi, name: string): Promise<void> {
  await api.create('Deployment', aDeploymentObject(name, 'default', 3));
}

export async function liveDeployment(api: TestApi, name: string): Promise<JsonObject> {
  const object: unknown = await api.port.get(deployments, 'default', name);
  return isJsonObject(object) ? object : {};
}

export async function replicasAndMark(
  api: TestApi,
  name: string,
): Promise<readonly [replicas: Json | undefined, mark: Json | undefined]> {
  const object = await liveDeployment(api, name);
  return [valueAt(object, '/spec/replicas'), valueAt(object, pointer('metadata', 'annotations', markAnnotation))];
}

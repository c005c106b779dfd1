// Points a probe of one container to another port; the whole probe is replaced, so that nothing unseen is merged (writes.md B.3).
import { z } from 'zod';
import type { Preview, Refusal } from '../model/action.ts';
import { isJsonObject, jsonEquals, type JsonObject } from '../model/json.ts';
import type { ObjectRef } from '../model/target.ts';
import { changeAt } from './change-at.ts';
import { checked, noOther } from './checked.ts';
import { containerAt, containerBack, type ContainerAt } from './container-at.ts';
import { objectsAt } from './objects-at.ts';
import { kubectl, patchRights, shellWord, workloadGuards } from './on-workload.ts';
import { rolloutSettled } from './settlement.ts';
import { holdOf, pausedTests, riskOfRollout } from './template.ts';

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'];
const handlers = ['httpGet', 'tcpSocket', 'grpc'] as const;
const portSentence = 'port must be a number from 1 to 65535 or the name of a port';

const params = z.strictObject(
  {
    container: z.string('container must be a name').min(1, 'container must be a name'),
    probe: z.enum(['liveness', 'readiness', 'startup'], 'probe must be liveness, readiness or startup'),
    port: z.union([z.number(), z.string()], portSentence).refine(isPort, portSentence),
  },
  noOther('patch-probe'),
);
type Params = z.infer<typeof params>;
type Handler = { readonly name: (typeof handlers)[number]; readonly fields: JsonObject };

export const patchProbe = checked<Params>({
  name: 'patch-probe',
  title: 'correct the port of a probe',
  targetKinds: kinds,
  params,
  guards: workloadGuards,
  rbac: patchRights(kinds),
  preview: (live, wanted) => preview(live.object, wanted),
  undo: (before, reply, wanted) => containerBack(before, reply, wanted.container, fieldOf(wanted)),
  risk: riskOfRollout,
  settled: rolloutSettled,
  summary(live, wanted) {
    const former = handlerOf(live.object, wanted)?.fields['port'];
    const from = typeof former === 'number' || typeof former === 'string' ? `${former} ` : '';
    return `${wanted.probe} probe port ${from}→ ${wanted.port}`;
  },
  byHand: (target, wanted, live) => byHand(target, wanted, live?.object),
});

function preview(object: JsonObject, wanted: Params): Preview | Refusal {
  const hold = holdOf(object);
  if (hold !== null) return { refused: hold };
  const at = containerAt(object, wanted.container);
  if ('refused' in at) return at;
  const probe = at.container[fieldOf(wanted)];
  if (!isJsonObject(probe)) return { refused: `${wanted.container} has no ${wanted.probe} probe` };
  const handler = handlerIn(probe);
  if (handler === null)
    return { refused: `the ${wanted.probe} probe of ${wanted.container} runs a command: it has no port` };
  if (jsonEquals(handler.fields['port'], wanted.port))
    return { refused: `the ${wanted.probe} probe of ${wanted.container} asks port ${wanted.port} already` };
  if (typeof wanted.port === 'string' && handler.name === 'grpc')
    return { refused: `a gRPC probe takes no port by name: give the number behind ${wanted.port}` };
  if (typeof wanted.port === 'string' && !declares(at.container, wanted.port))
    return { refused: `${wanted.container} declares no port named ${wanted.port}` };
  const change = changeAt(object, probePath(at, wanted), {
    ...probe,
    [handler.name]: { ...handler.fields, port: wanted.port },
  });
  return { ...change, tests: [at.nameTest, ...change.tests, ...pausedTests(object)] };
}

/** A strategic patch finds the container by its name; without the object at hand the usual handler is taken to be HTTP. */
function byHand(target: ObjectRef, wanted: Params, object: JsonObject | undefined): string {
  const handler = (object === undefined ? null : handlerOf(object, wanted)?.name) ?? 'httpGet';
  const containers = [{ name: wanted.container, [fieldOf(wanted)]: { [handler]: { port: wanted.port } } }];
  const patch = JSON.stringify({ spec: { template: { spec: { containers } } } });
  return kubectl(target, 'patch', '-p', shellWord(patch));
}

function handlerOf(object: JsonObject, wanted: Params): Handler | null {
  const at = containerAt(object, wanted.container);
  const probe = 'refused' in at ? undefined : at.container[fieldOf(wanted)];
  return isJsonObject(probe) ? handlerIn(probe) : null;
}

function handlerIn(probe: JsonObject): Handler | null {
  for (const name of handlers) {
    const fields = probe[name];
    if (isJsonObject(fields)) return { name, fields };
  }
  return null;
}

/** Names of ports as RFC 6335 allows them: at most 15 of a-z, 0-9 and single hyphens, with a letter. */
function isPort(port: number | string): boolean {
  return typeof port === 'number'
    ? Number.isInteger(port) && port >= 1 && port <= 65_535
    : port.length <= 15 && /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/.test(port);
}

function declares(container: JsonObject, name: string): boolean {
  return objectsAt(container, '/ports').some((one) => one['name'] === name);
}

function probePath(at: ContainerAt, wanted: Params): string {
  return `${at.path}/${fieldOf(wanted)}`;
}

function fieldOf(wanted: Params): string {
  return `${wanted.probe}Probe`;
}

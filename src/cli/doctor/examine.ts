// Everything the doctor looks at, in the order in which it is shown; a thing that cannot be found out is "unknown", never "ok".
import { join } from 'node:path';
import { actions } from '../../actions/actions.ts';
import type { Clock } from '../../clock.ts';
import { placeOf, schemaOf } from '../../cluster/resources.ts';
import type { Config } from '../../config/config.ts';
import { Failure } from '../../model/failure.ts';
import { modes } from '../../model/mode.ts';
import { stateFolder } from '../places.ts';
import type { Reached } from '../reach.ts';
import { askRights, type MissingRight } from './ask-rights.ts';
import { apiServerItem } from './api-server.ts';
import type { DoctorItem } from './item.ts';
import { journalItem } from './journal.ts';
import { kubeletItem } from './kubelets.ts';
import { modelItem } from './model.ts';
import { objectivesItems } from './objectives.ts';
import { prometheusItem } from './prometheus.ts';
import { signalsItems } from './signals.ts';
import { capabilities } from './rights.ts';

export type Examination = {
  readonly cluster: string;
  readonly clusterId: string | null;
  readonly version: string;
  readonly you: { readonly user: string; readonly groups: readonly string[] } | null;
  readonly items: readonly DoctorItem[];
  readonly missing: readonly MissingRight[];
  /** How many different rights were asked for. */
  readonly rights: number;
};

/** Rejects with a Failure only where there is no API server to ask (exit 4) or it does not know who asks (exit 5). */
export async function examine(
  reached: Reached,
  config: Config,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (text: string) => void,
): Promise<Examination> {
  const { reader, own, transport, connection } = reached;
  const writes = modes.indexOf(config.mode) >= modes.indexOf('approve');
  const hasPrometheus = config.prometheusUrl !== undefined;
  onProgress('asking the API server');
  const startedAt = clock.monotonic();
  const version = await reader.version(signal);
  const answerMs = Math.round(clock.monotonic() - startedAt);
  const you = await own.whoAmI(signal);
  const clusterId = await orNull(reader.clusterId(signal));
  const namespaces = await namespacesOf(reached, signal);
  onProgress('asking for each right');
  const needs = {
    mode: config.mode,
    readLogs: config.readLogs,
    hasPrometheus,
    advisorNamespace: config.advisorNamespace,
    actions,
  };
  const asked = await askRights(own, capabilities(needs), namespaces, signal);
  const nodesSeen = asked.items.find((one) => one.id === 'read-nodes')?.state === 'ok';
  onProgress('reading the sources of metrics');
  const sources = [
    await prometheusItem(config, clock, signal),
    ...(await signalsItems(config)),
    ...(await objectivesItems(config)),
    await kubeletItem(reached, { hasPrometheus, isNeeded: writes && !hasPrometheus && nodesSeen }, clock, signal),
  ];
  onProgress('asking the model endpoint');
  const model = await modelItem(config, clock, signal);
  onProgress('verifying the journal');
  const folder = config.dataFolder ?? (clusterId === null ? null : join(stateFolder(config), clusterId));
  return {
    cluster: connection.name,
    clusterId,
    version,
    you,
    items: [
      apiServerItem(answerMs, transport.clockSkewMs()),
      ...asked.items,
      ...sources,
      model,
      ...(folder === null ? [] : [await journalItem(folder)]),
      namespaceItem(config.advisorNamespace, namespaces, writes),
    ],
    missing: asked.missing,
    rights: asked.asked,
  };
}

function namespaceItem(namespace: string, all: readonly string[] | null, writes: boolean): DoctorItem {
  const item = { id: 'advisor-namespace', capability: 'own namespace', required: writes, costs: null, fix: null };
  if (all?.includes(namespace) === true) return { ...item, state: 'ok', found: `${namespace} exists` };
  return {
    ...item,
    state: all === null ? 'unknown' : 'missing',
    found: all === null ? `namespaces cannot be listed; ${namespace} may be there` : `there is no ${namespace}`,
    costs: 'lease and stop switch have no place; the mode stays suggest',
    fix: `kubectl create namespace ${namespace}`,
  };
}

async function namespacesOf({ reader }: Reached, signal: AbortSignal): Promise<readonly string[] | null> {
  const list = await orNull(reader.list(placeOf('Namespace'), '', {}, signal));
  return (
    list?.flatMap((one) => {
      const read = schemaOf('Namespace').safeParse(one);
      return read.success ? [read.data.metadata.name] : [];
    }) ?? null
  );
}

/** What a missing right hides is told by the line of that right. */
async function orNull<Found>(read: Promise<Found>): Promise<Found | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && error.problem.code === 'forbidden') return null;
    throw error;
  }
}

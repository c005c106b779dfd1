// What admission refuses or fills in before an object is stored: namespaces, service accounts, addresses.
import type { Aim, Api } from './context.ts';
import { forbidden, notFound } from './failure.ts';
import { known } from './resources.ts';
import { makeTree, textAt, type Tree } from './tree.ts';

export function admitToNamespace(api: Api, aim: Aim): void {
  if (!aim.definition.namespaced) return;
  const namespace = api.store.get('namespaces', '', aim.namespace);
  if (namespace === undefined) throw notFound(known('', 'namespaces'), aim.namespace);
  if (textAt(namespace.object, 'status', 'phase') === 'Terminating')
    throw forbidden(
      aim.definition,
      aim.name,
      `unable to create new content in namespace ${aim.namespace} because it is being terminated`,
    );
}

export function admitPod(api: Api, aim: Aim, pod: Tree): void {
  const account = textAt(pod, 'spec', 'serviceAccountName');
  if (api.store.get('serviceaccounts', aim.namespace, account) !== undefined) return;
  throw forbidden(
    aim.definition,
    textAt(pod, 'metadata', 'name'),
    `error looking up service account ${aim.namespace}/${account}: serviceaccount "${account}" not found`,
  );
}

const noAddress = new Set(['ExternalName']);

/** Gives a Service its cluster address; a dry run shows one that is not real. */
export function allocateAddress(api: Api, service: Tree, dryRun: boolean): void {
  const spec = makeTree(service, 'spec');
  if (noAddress.has(textAt(spec, 'type'))) return;
  if (textAt(spec, 'clusterIP') === '') {
    const taken = new Set(api.store.list('services').map((entry) => textAt(entry.object, 'spec', 'clusterIP')));
    let next = dryRun ? '10.96.0.0' : '10.96.0.1';
    for (let count = 1; taken.has(next) && count < 65_000; count += 1)
      next = `10.96.${Math.floor(count / 250)}.${(count % 250) + 1}`;
    spec['clusterIP'] = next;
  }
  spec['clusterIPs'] ??= [textAt(spec, 'clusterIP')];
}

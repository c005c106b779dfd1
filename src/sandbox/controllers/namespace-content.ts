// Gives each namespace its service account and root certificate, and empties a namespace that is being deleted.
import { type Api, mannerOf } from '../api/context.ts';
import { plainDelete, remove } from '../api/deletion.ts';
import { definitions, known } from '../api/resources.ts';
import { isTree, textAt, type Tree } from '../api/tree.ts';
import { create } from '../api/writes.ts';
import type { Controller } from './controller.ts';

export function namespaceContent(api: Api): Controller {
  const manner = mannerOf('kube-controller-manager');
  const ensure = (plural: string, namespace: string, name: string, more: Tree): void => {
    const definition = known('', plural);
    if (api.store.get(definition.table, namespace, name) !== undefined) return;
    const body = { apiVersion: 'v1', kind: definition.kind, metadata: { name, namespace }, ...more };
    create(api, { definition, namespace, name: '', subresource: '' }, body, manner);
  };
  return {
    name: 'namespace-content',
    concerns({ table, entry, type }) {
      if (table === 'namespaces') return type === 'DELETED' ? [] : [entry.name];
      const owner = api.store.get('namespaces', '', entry.namespace);
      const isEnding = owner !== undefined && textAt(owner.object, 'metadata', 'deletionTimestamp') !== '';
      return type === 'DELETED' && isEnding ? [entry.namespace] : [];
    },
    reconcile(name) {
      const found = api.store.get('namespaces', '', name);
      if (found === undefined) return;
      if (textAt(found.object, 'metadata', 'deletionTimestamp') === '') {
        ensure('serviceaccounts', name, 'default', {});
        ensure('configmaps', name, 'kube-root-ca.crt', { data: { 'ca.crt': '' } });
        return;
      }
      let left = 0;
      for (const definition of definitions) {
        if (!definition.namespaced) continue;
        for (const entry of api.store.list(definition.table, name)) {
          const aim = { definition, namespace: name, name: entry.name, subresource: '' };
          const isEnding =
            isTree(entry.object['metadata']) && textAt(entry.object, 'metadata', 'deletionTimestamp') !== '';
          if (isEnding || !remove(api, aim, plainDelete).gone) left += 1;
        }
      }
      if (left === 0) api.store.remove('namespaces', '', name);
    },
  };
}

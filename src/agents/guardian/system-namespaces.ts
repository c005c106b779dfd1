// Namespaces in which the cluster itself and its guards live: there nothing happens without a person, named one by one (G06).

const named: ReadonlySet<string> = new Set([
  'calico-system',
  'tigera-operator',
  'cilium',
  'istio-system',
  'linkerd',
  'cert-manager',
  'gatekeeper-system',
  'kyverno',
  'flux-system',
  'argocd',
  'metallb-system',
  'local-path-storage',
  'longhorn-system',
  'rook-ceph',
  'gke-managed-system',
  'gmp-system',
]);

/** An empty namespace is that of nodes and other objects of the whole cluster. */
export function isSystemNamespace(namespace: string): boolean {
  return namespace === '' || /^(kube|openshift)-/.test(namespace) || named.has(namespace);
}

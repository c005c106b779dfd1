// The Kubernetes API as simulated kubelets, fault injectors and story acts see it: in-process in the sandbox, over HTTP on the lab.

/** Any API object as JSON. */
export type KubeObject = {
  apiVersion: string;
  kind: string;
  metadata: KubeMetadata;
  [field: string]: unknown;
};

type KubeMetadata = {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  [field: string]: unknown;
};

/** A resource by API group, version and plural name, as in a URL. The core group is ''. */
export type ResourceRef = { readonly group: string; readonly version: string; readonly plural: string };

export type PatchType = 'json' | 'merge' | 'strategic';
export type WatchNotice = { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject };

export interface ClusterPort {
  get(resource: ResourceRef, namespace: string | null, name: string): Promise<KubeObject | null>;
  list(
    resource: ResourceRef,
    query?: { namespace?: string; labelSelector?: string; fieldSelector?: string },
  ): Promise<KubeObject[]>;
  /** Calls `onNotice` with ADDED for what exists, then with each change; returns a function that ends it. */
  watch(resource: ResourceRef, onNotice: (notice: WatchNotice) => void): Promise<() => void>;
  create(resource: ResourceRef, namespace: string | null, object: KubeObject): Promise<KubeObject>;
  /** Null when the object does not exist. A conflict is retried by nobody: it rejects with the API's Status. */
  patch(
    resource: ResourceRef,
    namespace: string | null,
    name: string,
    type: PatchType,
    body: unknown,
    options?: { subresource?: string },
  ): Promise<KubeObject | null>;
  delete(
    resource: ResourceRef,
    namespace: string | null,
    name: string,
    options?: { graceSeconds?: number; uid?: string },
  ): Promise<void>;
}

/** Rejection of a port: the API's Status. */
export class ClusterPortError extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

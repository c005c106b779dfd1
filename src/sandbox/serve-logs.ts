// Joins the API server's question for a pod's log to the kubelet that holds it.
import type { SandboxApi } from './api/server.ts';
import { textAt } from './api/tree.ts';
import type { LogAnswer, LogRequest } from './kubelet/container-log.ts';

export function serveLogs(server: Pick<SandboxApi, 'onPodLog'>, readLog: (request: LogRequest) => LogAnswer): void {
  server.onPodLog((pod, query) =>
    readLog({
      namespace: textAt(pod, 'metadata', 'namespace'),
      pod: textAt(pod, 'metadata', 'name'),
      container: query.container,
      previous: query.previous,
      timestamps: query.timestamps,
      tailLines: query.tailLines ?? undefined,
      limitBytes: query.limitBytes ?? undefined,
      sinceMs: query.sinceMs ?? undefined,
    }),
  );
}

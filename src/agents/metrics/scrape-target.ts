// Where an annotated pod may be scraped: only at its own address, on a port that one of its containers declares.
import { isIP } from 'node:net';
import { isLive, type Pod } from '../../model/kube.ts';

/** The address to read, or null when the pod does not ask for it or asks for something else than itself. */
export function scrapeTargetOf(pod: Pod): string | null {
  const notes = pod.metadata.annotations ?? {};
  if (notes['prometheus.io/scrape'] !== 'true' || !isLive(pod) || pod.status?.phase !== 'Running') return null;
  if ((notes['prometheus.io/scheme'] ?? 'http') !== 'http') return null;
  const ip = pod.status.podIP ?? '';
  const family = isIP(ip);
  if (family === 0) return null;
  const declared = (pod.spec?.containers ?? []).flatMap((one) => one.ports ?? []).map((one) => one.containerPort);
  const port = notes['prometheus.io/port'] === undefined ? declared[0] : Number(notes['prometheus.io/port']);
  if (port === undefined || !declared.includes(port)) return null;
  const path = notes['prometheus.io/path'] ?? '/metrics';
  const base = `http://${family === 6 ? `[${ip}]` : ip}:${port}`;
  if (!path.startsWith('/') || !URL.canParse(path, base)) return null;
  const url = new URL(path, base);
  return url.origin === new URL(base).origin ? url.href : null;
}

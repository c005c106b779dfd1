// The first steps of a cycle: observe, assess, and record what changed; a source that is away is said once and costs what it costs.
import { deadline } from '../clock.ts';
import type { EventBody } from '../model/event.ts';
import type { Assessment, Finding } from '../model/finding.ts';
import type { Observation } from '../model/signal.ts';
import type { CyclePorts } from './ports.ts';
import { askBack, takeBack } from './read-back.ts';
import { noteReplicas, type Memory } from './memory.ts';

/** A picture older than this many cycles is no picture: nothing is planned on it. */
const staleCycles = 3;
const observeMs = 20_000;
/** A deviation that is explained by the hour is recorded again only after it was gone for this long. */
const dismissedAnewMs = 60 * 60_000;

/** Samples younger than one scrape are used again, so that a woken cycle costs no further read. */
export async function observe(ports: CyclePorts, memory: Memory): Promise<Observation> {
  const known = memory.observation;
  if (known !== null && ports.cluster.now() - known.atMs < ports.pace.scrapeMs) return known;
  const limit = deadline(ports.wall, observeMs);
  try {
    const observation = await ports.metrics.observe(ports.view(), limit.signal);
    memory.observation = observation;
    return observation;
  } finally {
    limit.done();
  }
}

/** One pass of the anomaly agent, with findings that opened or closed since the last in the journal. */
export async function assess(ports: CyclePorts, memory: Memory, observation: Observation): Promise<Assessment> {
  takeBack(ports, memory.pasts);
  await ports.anomaly.prepare?.(observation);
  const view = ports.view();
  const state = ports.state();
  noteReplicas(memory, view);
  const assessment = ports.anomaly.assess(observation, view, { openFindings: [...state.findings.values()] });
  memory.assessment = assessment;
  askBack(ports, memory.pasts);
  for (const finding of assessment.findings)
    if (isNews(finding, state.findings.get(finding.id)))
      await ports.journal.append({ kind: 'finding.opened', finding }, 'anomaly');
  const held = new Set(assessment.findings.map((one) => one.id));
  for (const id of state.findings.keys())
    if (!held.has(id))
      await ports.journal.append({ kind: 'finding.closed', finding: id, reason: 'its signs are gone' }, 'anomaly');
  const oldMs = assessment.atMs - dismissedAnewMs / ports.pace.scale;
  for (const [series, lastMs] of memory.dismissed) if (lastMs <= oldMs) memory.dismissed.delete(series);
  for (const dismissal of assessment.dismissed) {
    const isKnown = memory.dismissed.has(dismissal.series);
    memory.dismissed.set(dismissal.series, assessment.atMs);
    if (isKnown) continue;
    await ports.journal.append({ kind: 'deviation.dismissed', dismissal }, 'anomaly');
  }
  return assessment;
}

const severities = ['info', 'warning', 'critical'] as const;
const confidences = ['candidate', 'validated', 'corroborated'] as const;

/** A finding is news when it opens, when it grew worse, when it was confirmed and when it lasts; that it fades is told when it closes. */
function isNews(finding: Finding, known: Finding | undefined): boolean {
  if (known === undefined || severities.indexOf(finding.severity) > severities.indexOf(known.severity)) return true;
  if (finding.persisting === true && known.persisting !== true) return true;
  if (finding.kind !== 'signal' || known.kind !== 'signal') return false;
  return confidences.indexOf(finding.confidence) > confidences.indexOf(known.confidence);
}

type Source = Extract<EventBody, { kind: 'source.lost' }>['source'];

/** Records each source once when it is lost and once when it is back. */
export async function noteSources(ports: CyclePorts, observation: Observation): Promise<void> {
  const lost = lostSources(ports, observation);
  const known = ports.state().lostSources;
  for (const [source, what] of lost)
    if (!known.has(source)) await ports.journal.append({ kind: 'source.lost', source, ...what }, 'metrics');
  for (const source of ['apiserver', 'prometheus', 'kubelet'] as const)
    if (known.has(source) && !lost.has(source))
      await ports.journal.append({ kind: 'source.recovered', source }, 'metrics');
}

/** True while the picture of the cluster is too old to plan on: watching goes on, acting does not. */
export function isBlind(ports: CyclePorts): boolean {
  const { cacheLagMs, broken } = ports.freshness();
  return broken.includes('Pod') || cacheLagMs > staleCycles * Math.max(ports.pace.cycleMs, 20_000);
}

/** Age of the newest samples of usage on the cluster's clock; null when none were ever read. */
export function metricsAgeMs(observation: Observation | null, nowMs: number): number | null {
  const newest = (observation?.sources ?? []).flatMap((one) =>
    one.source === 'api' || one.newestMs === null ? [] : one.newestMs,
  );
  return newest.length === 0 ? null : Math.max(0, nowMs - Math.max(...newest));
}

/** How the metrics agent begins what it says of a source. */
const saysOf = { prometheus: 'Prometheus: ', kubelet: 'the kubelets: ' } as const;
/** Its capability when a source tells nothing at all. */
const everything = 'metrics';

function lostSources(ports: CyclePorts, observation: Observation): Map<Source, { reason: string; cost: string }> {
  const lost = new Map<Source, { reason: string; cost: string }>();
  const { cacheLagMs, broken } = ports.freshness();
  if (isBlind(ports))
    lost.set('apiserver', {
      reason:
        broken.length > 0
          ? `the watch of ${broken.slice(0, 3).join(', ')} is broken`
          : `no sign of life for ${Math.round(cacheLagMs / 1_000)} s`,
      cost: 'nothing is planned or written until it answers',
    });
  const usage = observation.sources.flatMap(({ source, newestMs }) => (source === 'api' ? [] : { source, newestMs }));
  for (const { source, newestMs } of usage) {
    if (newestMs !== null && observation.atMs - newestMs <= 2 * ports.pace.cycleMs) continue;
    const own = observation.missing.find((one) => one.reason.startsWith(saysOf[source]));
    // Whoever stands in for a source that is away has no rate at its first read yet, and is not away for that.
    if (newestMs === null && usage.length > 1 && own?.capability !== everything) continue;
    const missing = own ?? observation.missing[0];
    lost.set(source, {
      reason: missing?.reason ?? 'no samples',
      cost: missing?.cost ?? 'usage, latency and errors cannot be seen',
    });
  }
  return lost;
}

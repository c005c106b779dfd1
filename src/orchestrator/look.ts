// One incident seen now: its context for the causes, the explanation, the menu and the brief that a leader is shown.
import type { Incident } from '../folds/state.ts';
import type { DiagnosisContext } from '../model/cause.ts';
import { explain, type Explanation } from './diagnose.ts';
import { noLogs, readLogs, type Logs } from './log-evidence.ts';
import { offered } from './investigation/investigate.ts';
import { within } from './investigation/reach.ts';
import type { Sight } from './investigation/tool.ts';
import { menuOf } from './menu.ts';
import { replicasSeen, spentOn, type Memory } from './memory.ts';
import type { Circumstances, CyclePorts } from './ports.ts';
import type { BriefInput } from './reasoner.ts';
import { privateNamesOf } from './private-names.ts';
import { metricsAgeMs } from './watch.ts';

function contextOf(ports: CyclePorts, memory: Memory, incident: Incident, logs: Logs): DiagnosisContext {
  return {
    subject: incident.root,
    findings: memory.assessment?.findings ?? [],
    view: ports.view(),
    signals: ports.anomaly.book(),
    pace: ports.pace,
    ...(logs.byPod.size === 0 ? {} : { logs: logs.byPod }),
    replicasSeen: replicasSeen(memory),
  };
}

/** Pure over what is in memory; logs are read apart, at diagnosis. */
export function explainNow(ports: CyclePorts, memory: Memory, incident: Incident, logs: Logs = noLogs): Explanation {
  return explain(incident, contextOf(ports, memory, incident, logs), ports.state(), logs.drafts);
}

export async function logsOf(ports: CyclePorts, incident: Incident): Promise<Logs> {
  if (!ports.logsAllowed) return noLogs;
  return await readLogs(incident.root, ports.view(), ports.anomaly.book(), ports.reader, ports.wall);
}

export function briefOf(ports: CyclePorts, memory: Memory, incident: Incident, explanation: Explanation): BriefInput {
  const menu = menuOf(incident, explanation, ports.view(), ports.state(), ports.actions);
  const findings = memory.assessment?.findings.filter((one) => incident.findings.includes(one.id)) ?? [];
  return {
    incident: incident.id,
    title: incident.title,
    severity: incident.severity,
    root: explanation.root,
    nowMs: ports.cluster.now(),
    onsetMs: Math.min(incident.openedAtMs, ...findings.map((one) => one.onsetMs)),
    hypotheses: explanation.ranked.map((one) => one.hypothesis),
    evidence: explanation.evidence,
    menu: menu.entries,
    history: menu.history,
    privateNames: privateNamesOf(ports.view()),
    reads: offered(spentOn(memory, incident.id), within(explanation.root, ports.view()), ports.logsAllowed),
  };
}

export function circumstances(ports: CyclePorts, memory: Memory, incident: Incident): Circumstances {
  return {
    incident,
    state: ports.state(),
    view: ports.view(),
    freshness: ports.freshness(),
    metricsAgeMs: metricsAgeMs(memory.observation, ports.cluster.now()),
  };
}

/** What the tools of an investigation may look at. */
export function sightOf(ports: CyclePorts, memory: Memory, incident: Incident): Sight {
  return {
    incident,
    root: incident.root,
    view: ports.view(),
    signals: ports.anomaly.book(),
    findings: memory.assessment?.findings ?? [],
    state: ports.state(),
    reader: ports.reader,
    nowMs: ports.cluster.now(),
  };
}

// What was changed on each workload and when: its rollouts, and the ConfigMaps that it reads; for "it began four minutes after …".
import type { SignalFinding } from '../../../model/finding.ts';
import { type Pace, scaled } from '../../../model/pace.ts';
import { keyOf, type ObjectRef } from '../../../model/target.ts';
import type { ClusterView, Revision, Workload } from '../../../model/view.ts';
import { configMapsOf, templateDiff } from './template-diff.ts';

export type Change = {
  readonly what: 'rollout' | 'config';
  /** Hash of the revision, or name of the ConfigMap. */
  readonly name: string;
  readonly atMs: number;
  /** What differs, in words; empty when the former state is not known. */
  readonly words: readonly string[];
};

export interface Changes {
  /** Looks for changes since the last look. Changes of ConfigMaps are seen only while the process runs. */
  see(view: ClusterView, nowMs: number): void;
  /** Oldest first, at most eight. */
  of(of: ObjectRef): readonly Change[];
  newestRollout(of: ObjectRef): Change | null;
  /** The newest change of a workload in the half hour before something began. */
  before(of: ObjectRef, onset: { readonly fromMs: number; readonly toMs: number }): Change | null;
}

const recentMs = 30 * 60_000;
/** A rate of two minutes rises a little before its cause is seen. */
const dateMs = 60_000;
const kept = 8;

type Seen = {
  readonly changes: Change[];
  readonly versions: Map<string, string>;
  revision: Revision;
};

export function createChanges(pace: Pace): Changes {
  const seen = new Map<string, Seen>();
  let lastMs: number | null = null;
  const list = (of: ObjectRef): readonly Change[] => seen.get(keyOf(of))?.changes ?? [];

  return {
    see(view, nowMs) {
      for (const workload of view.workloads) look(workload, view, nowMs);
      const present = new Set(view.workloads.map((one) => keyOf(one.ref)));
      for (const key of seen.keys()) if (!present.has(key)) seen.delete(key);
      lastMs = nowMs;
    },
    of: list,
    newestRollout: (of) => list(of).findLast((one) => one.what === 'rollout') ?? null,
    before(of, { fromMs, toMs }) {
      const reach = scaled(pace, recentMs);
      return list(of).findLast((one) => one.atMs <= toMs + scaled(pace, dateMs) && fromMs - one.atMs <= reach) ?? null;
    },
  };

  function look(workload: Workload, view: ClusterView, nowMs: number): void {
    const revisions = view.revisionsOf(workload.ref);
    const current = revisions.find((one) => one.current);
    if (current === undefined) return;
    const key = keyOf(workload.ref);
    const known = seen.get(key);
    const versions = versionsOf(workload, view);
    if (known === undefined) {
      seen.set(key, { changes: firstChanges(revisions, current), versions, revision: current });
      return;
    }
    if (known.revision.name !== current.name) {
      // An older revision that comes back keeps the time of its making: then the change was seen now.
      const made = current.createdAtMs ?? 0;
      const atMs = lastMs !== null && made > lastMs - scaled(pace, recentMs) && made <= nowMs ? made : nowMs;
      add(known, {
        what: 'rollout',
        name: current.hash,
        atMs,
        words: templateDiff(known.revision.template, current.template),
      });
    }
    known.revision = current;
    for (const [name, version] of versions) {
      const was = known.versions.get(name);
      if (was !== undefined && was !== version)
        add(known, { what: 'config', name, atMs: nowMs, words: [`ConfigMap ${name} changed`] });
    }
    known.versions.clear();
    for (const [name, version] of versions) known.versions.set(name, version);
  }
}

/** A finding with the change that it began after; its range counts where the onset is only when it was shown. */
export function withChange(finding: SignalFinding, changes: Changes): SignalFinding {
  if (finding.change !== undefined || finding.level === 'presence') return finding;
  const [fromMs, toMs] = finding.onsetRangeMs ?? [finding.onsetMs, finding.onsetMs];
  const change = changes.before(finding.of, { fromMs, toMs });
  if (change === null) return finding;
  const { what, name, atMs, words } = change;
  const told = words.length === 0 ? [] : [`${what} ${name}: ${words.join(', ')}`];
  return {
    ...finding,
    change: { what, name, atMs },
    notes: [...(finding.notes ?? []).slice(0, mostNotes - told.length), ...told],
  };
}

/** What a finding may carry. */
const mostNotes = 12;

/** The rollout of the current revision, told by the API itself. A first revision is no change of anything. */
function firstChanges(revisions: readonly Revision[], current: Revision): Change[] {
  const others = revisions.filter((one) => one.name !== current.name);
  const previous = others.findLast((one) => one.number < current.number) ?? others.at(-1);
  if (previous === undefined || current.createdAtMs === null) return [];
  return [
    {
      what: 'rollout',
      name: current.hash,
      atMs: current.createdAtMs,
      words: templateDiff(previous.template, current.template),
    },
  ];
}

function versionsOf({ ref, template }: Workload, view: ClusterView): Map<string, string> {
  return new Map(
    configMapsOf(template).flatMap((name) => {
      const version = view.configMapVersion(ref.namespace, name);
      return version === null ? [] : [[name, version]];
    }),
  );
}

function add(to: Seen, change: Change): void {
  to.changes.push(change);
  if (to.changes.length > kept) to.changes.shift();
}

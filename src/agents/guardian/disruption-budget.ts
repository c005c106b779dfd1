// G08: a disruption budget, a quorum or the last ready replica is never breached; simulated on what was just read, with what is in flight beside it.
import { isJsonObject, valueAt, type Json, type JsonObject } from '../../model/json.ts';
import type { Live } from '../../model/action.ts';
import { budgetRoom, budgetSelects } from './budget-room.ts';
import { need, needChange, type Facts } from './facts.ts';
import { inFlightBeside } from './in-flight.ts';
import { podsTaken, type PodsTaken } from './pods-taken.ts';
import { allow, counted, deny, type Rule } from './rule.ts';

export const disruptionBudget: Rule = {
  id: 'G08',
  about: 'A disruption budget, a quorum or the last ready replica is never breached.',
  judge(facts) {
    const live = need(facts.live);
    const budgets = need(facts.budgets);
    const pods = podsTaken(live, needChange(facts).after);
    const scalesToZero = pods.wantedAfter === 0 && pods.wanted > 0;
    if (pods.taken === 0 && !scalesToZero)
      return allow(`${pods.ready} of ${pods.wanted} pods are ready and ${pods.how} takes none of them away`);
    const reasons = [
      ...lastReplica(pods, scalesToZero),
      ...quorum(live.object, pods),
      ...budgets.flatMap((budget) => breach(facts, live, budget, pods)),
    ];
    const left = pods.ready - pods.taken;
    return reasons.length === 0
      ? allow(`${pods.how} takes ${pods.taken} of ${pods.ready} ready pods at a time, ${left} of ${pods.wanted} stay`)
      : deny(
          `${outAlready(pods)}${pods.how} takes ${pods.taken} of ${counted(pods.ready, 'ready pod')} at a time: ${reasons.join('; ')}`,
        );
  },
};

function lastReplica(pods: PodsTaken, scalesToZero: boolean): readonly string[] {
  if (scalesToZero) return ['scaling to 0 takes the last one'];
  return pods.taken >= pods.ready ? ['the last ready one would go'] : [];
}

/** A majority of the members that are asked for must stay ready. */
function quorum(object: JsonObject, pods: PodsTaken): readonly string[] {
  const why = quorumWorkload(object, pods.wanted);
  if (why === null) return [];
  const majority = Math.floor(pods.wanted / 2) + 1;
  const left = pods.ready - pods.taken;
  return left >= majority ? [] : [`${left} of ${pods.wanted} would stay, ${why} needs ${majority}`];
}

const stores =
  /(^|[/_-])(etcd|zookeeper|consul|nats|postgres(ql)?|patroni|mysql|mariadb|percona|galera|mongo(db)?|cassandra|scylla|cockroach(db)?|kafka|rabbitmq|redis|valkey|elasticsearch|opensearch|vault|tikv|foundationdb)([:@_-]|$)/;

function quorumWorkload(object: JsonObject, wanted: number): string | null {
  const isStateful = valueAt(object, '/kind') === 'StatefulSet';
  if (isStateful && wanted <= 3) return `the quorum of a StatefulSet of ${wanted}`;
  const containers = valueAt(object, '/spec/template/spec/containers');
  const images = Array.isArray(containers)
    ? containers.flatMap((one: Json) => (isJsonObject(one) ? (one['image'] ?? []) : []))
    : [];
  const store = images.find((one) => typeof one === 'string' && stores.test(one.slice(one.lastIndexOf('/') + 1)));
  return store === undefined ? null : 'the quorum of a data store';
}

function breach(
  facts: Facts,
  live: Live,
  budget: Parameters<typeof budgetRoom>[0],
  pods: PodsTaken,
): readonly string[] {
  if (!budgetSelects(budget, templateLabels(live.object))) return [];
  const { name } = budget.metadata;
  const room = budgetRoom(budget, pods);
  if ('unknown' in room) return [`budget ${name} cannot be asked: ${room.unknown}`];
  const beside = inFlightBeside(facts.state, facts.plan).filter((one) => {
    const workload = facts.view.workload(one.target);
    return (
      one.target.namespace === budget.metadata.namespace &&
      (workload === undefined || budgetSelects(budget, workload.template.metadata?.labels ?? {}))
    );
  }).length;
  const allowed = Math.max(0, room.allowed - beside);
  const shared = beside === 0 ? '' : `, ${counted(beside, 'action')} in flight beside it`;
  return pods.taken <= allowed ? [] : [`budget ${name} allows ${allowed}${shared}`];
}

function outAlready(pods: PodsTaken): string {
  const out = pods.wanted - pods.ready;
  return out > 0 ? `${out} of ${pods.wanted} is out already and ` : '';
}

function templateLabels(object: JsonObject): Readonly<Record<string, string>> {
  const labels = valueAt(object, '/spec/template/metadata/labels');
  if (!isJsonObject(labels)) return {};
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[key, value]] : [],
    ),
  );
}

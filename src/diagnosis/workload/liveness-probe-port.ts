// WL-006: a liveness probe asks a port on which nobody listens, so the kubelet kills a healthy process.
import type { Cause, DiagnosisContext } from '../../model/cause.ts';
import { isPodReady, type Container, type Probe } from '../../model/kube.ts';
import { changeOf, containerIn } from '../change.ts';
import { field, fromFinding, measured, reported } from '../fact.ts';
import { weigh, type Check } from '../proof.ts';
import { remedy } from '../remedy.ts';
import { factOf, livePods, podEvents } from '../signs.ts';

type Port = number | string;

const refused =
  /^Liveness probe failed: .*connection refused|^Liveness probe errored and resulted in unknown state: port .* not found/i;

export const livenessProbePort: Cause = {
  code: 'WL-006',
  cause: 'liveness_probe_incorrect_port',
  title: 'liveness probe on a wrong port',
  gate: 6,
  verify: ['V-crash'],
  metricOnly: false,
  diagnose(context) {
    const { view, subject } = context;
    const pods = livePods(view, subject);
    const finding = factOf(context, subject, 'probe-killing');
    const killing = podEvents(view, pods, ['Killing'], /failed liveness probe/i);
    const failing = podEvents(view, pods, ['Unhealthy'], /^Liveness probe/i);
    if (finding === undefined && killing.length === 0 && failing.length === 0) return null;
    const container = probed(context, finding?.container, killing.at(-1)?.message ?? '');
    const port = container === undefined ? undefined : portOf(container.livenessProbe);
    if (container === undefined || port === undefined) return null;
    const right = rightPort(context, container, port);
    const refusal = failing.findLast((one) => refused.test(one.message ?? ''));
    const ready = pods.filter(isPodReady).length;
    const readinessPort = portOf(container.readinessProbe);
    const readinessFails =
      podEvents(view, pods, ['Unhealthy'], /^Readiness probe failed: .*connection refused/i).length > 0;
    const former = formerPort(context, container.name);
    const isHostNetwork = view.workload(subject)?.template.spec?.hostNetwork === true;
    const declared = declares(container, port);
    const checks: Check[] = [
      {
        holds: !declared,
        decisive: true,
        fact: measured(
          field(subject, `spec.template.spec.containers[${container.name}].livenessProbe`),
          view.asOfMs,
          declared
            ? `port ${port} of the liveness probe is one that ${container.name} declares`
            : `the liveness probe asks port ${port}; ${container.name} declares ${portsOf(container).join(', ') || 'no port'}`,
        ),
      },
      {
        holds:
          (readinessPort !== undefined && readinessPort !== port && (ready > 0 || !readinessFails)) ||
          (former !== undefined && former !== port),
        settle: 'a readiness probe on another port that succeeds, or the probe of an earlier revision',
        fact: measured(
          field(subject, `spec.template.spec.containers[${container.name}].readinessProbe`),
          view.asOfMs,
          readinessPort === undefined || readinessPort === port
            ? former === undefined || former === port
              ? 'nothing shows that the process answers on another port'
              : `the revision before asked port ${former}`
            : `readiness asks port ${readinessPort}; ${ready} of ${pods.length} pods are ready`,
        ),
      },
      refusal === undefined
        ? { holds: null, settle: 'the message of the failed probe (events of the pod)' }
        : {
            holds: true,
            fact: reported(refusal, `the kubelet says: ${(refusal.message ?? '').slice(0, 200)}`, view.asOfMs),
          },
    ];
    const kill = killing.at(-1);
    if (kill !== undefined)
      checks.push({
        holds: true,
        fact: reported(kill, `the kubelet says: ${(kill.message ?? '').slice(0, 160)}`, view.asOfMs),
      });
    if (finding !== undefined) checks.push({ holds: true, fact: fromFinding(finding) });
    if (isHostNetwork)
      checks.push({ holds: null, settle: 'whether another process of the node holds the port (hostNetwork)' });
    return {
      root: subject,
      ...weigh(checks),
      remedies:
        right === undefined
          ? []
          : [
              remedy({
                action: 'patch-probe',
                target: subject,
                params: { container: container.name, probe: 'liveness', port: right.port },
                why: `port ${right.port} is ${right.from}`,
                expectedEffect: 'no container is killed by its liveness probe',
              }),
            ],
      advice: [
        `set the port of the liveness probe of ${container.name} to one on which it listens${right === undefined ? '' : ` (${right.port}, ${right.from})`}`,
      ],
    };
  },
};

/** The container that the finding or the event names, else the only one with a liveness probe. */
function probed(context: DiagnosisContext, named: string | undefined, message: string): Container | undefined {
  const containers = context.view.workload(context.subject)?.template.spec?.containers ?? [];
  const name = named ?? /Container (\S+) failed liveness probe/i.exec(message)?.[1];
  const withProbe = containers.filter((one) => portOf(one.livenessProbe) !== undefined);
  return withProbe.find((one) => one.name === name) ?? (withProbe.length === 1 ? withProbe[0] : undefined);
}

function portOf(probe: Probe | null | undefined): Port | undefined {
  return probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
}

function declares(container: Container, port: Port): boolean {
  return (container.ports ?? []).some((one) =>
    typeof port === 'number' ? one.containerPort === port : one.name === port,
  );
}

function portsOf(container: Container): readonly number[] {
  return (container.ports ?? []).map((one) => one.containerPort);
}

function formerPort(context: DiagnosisContext, name: string): Port | undefined {
  const change = changeOf(context.view, context.subject);
  return change === undefined ? undefined : portOf(containerIn(change.previous.template, name)?.livenessProbe);
}

/** The readiness port, else the port of the revision before, else the only declared one (faults.md WL-006). */
function rightPort(
  context: DiagnosisContext,
  container: Container,
  wrong: Port,
): { readonly port: Port; readonly from: string } | undefined {
  const readiness = portOf(container.readinessProbe);
  if (readiness !== undefined && readiness !== wrong)
    return { port: readiness, from: 'the port of its readiness probe' };
  const former = formerPort(context, container.name);
  if (former !== undefined && former !== wrong) return { port: former, from: 'the port of the revision before' };
  const [only, ...others] = portsOf(container);
  return only !== undefined && others.length === 0 ? { port: only, from: 'the only port it declares' } : undefined;
}

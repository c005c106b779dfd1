// Half of the composition root: opens the cluster and builds the two agents that only look, for `run`, `scan`, `doctor` and `demo` alike.
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { createAnomalyAgent, type AnomalyAgentPorts } from './agents/anomaly/anomaly-agent.ts';
import type { AnomalyAgent } from './agents/anomaly/anomaly-agent-port.ts';
import { readSloFile } from './agents/anomaly/slo-file.ts';
import { catalogue } from './agents/metrics/catalogue.ts';
import { createKubeletSource } from './agents/metrics/kubelet.ts';
import { createMetricsAgent } from './agents/metrics/metrics-agent.ts';
import type { MetricsAgent } from './agents/metrics/metrics-agent-port.ts';
import type { MetricsSource } from './agents/metrics/metrics-source.ts';
import { createPrometheusSource } from './agents/metrics/prometheus.ts';
import { prometheusConnection } from './agents/metrics/prometheus-connection.ts';
import { noUserSignals, openUserSignals } from './agents/metrics/user-signals.ts';
import type { Clock } from './clock.ts';
import { connect, type Connection } from './cluster/connection.ts';
import { createOwnWrites, type OwnWrites } from './cluster/own.ts';
import { createReader, type Reader } from './cluster/read.ts';
import { createTransport, type Transport } from './cluster/transport.ts';
import type { Config } from './config/config.ts';
import type { Pace } from './model/pace.ts';
import type { SignalId } from './model/signal.ts';
import type { SignalTraits } from './model/signal-traits.ts';

export type OpenedCluster = {
  readonly connection: Connection;
  readonly transport: Transport;
  readonly reader: Reader;
  readonly own: OwnWrites;
  /** `v1.37.2`. */
  readonly version: string;
  readonly clusterId: string;
  readonly clusterName: string;
  /** The cluster's time: the machine's, shifted when the API server's clock differs by more than its answers can tell apart. */
  readonly clock: Clock;
  /** Unique to this process; holder of the Lease and reporter of Events. */
  readonly instance: string;
  close(): Promise<void>;
};

const leaseName = 'nemotron-advisor';

/** Connects and asks who answers; rejects with a Failure (exit 2, 4 or 5). Nothing is watched yet. */
export async function openCluster(
  config: Config,
  wall: Clock,
  signal: AbortSignal,
  clusterClock?: Clock,
): Promise<OpenedCluster> {
  const connection = await connect({ ...config, kubeconfigPinned: config.sources.kubeconfig === 'flag' });
  let clock = clusterClock ?? wall;
  const transport = createTransport(connection, wall, undefined, { now: () => clock.now() });
  const reader = createReader(transport);
  const instance = `${hostname()}_${process.pid}_${randomBytes(4).toString('hex')}`;
  const own = createOwnWrites(transport, { namespace: config.advisorNamespace, lease: leaseName, instance });
  try {
    const version = await reader.version(signal);
    const clusterId = await reader.clusterId(signal);
    const close = async (): Promise<void> => await connection.close();
    if (clusterClock === undefined) clock = shifted(wall, transport.clockSkewMs() ?? 0);
    return {
      connection,
      transport,
      reader,
      own,
      version,
      clusterId,
      clusterName: connection.name,
      clock,
      instance,
      close,
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The Date header counts whole seconds and is seen a round trip late: less than this is no skew. */
const leastSkewMs = 5_000;

function shifted(wall: Clock, skewMs: number): Clock {
  return Math.abs(skewMs) < leastSkewMs ? wall : { ...wall, now: () => wall.now() + skewMs };
}

export type Senses = { readonly metrics: MetricsAgent; readonly anomaly: AnomalyAgent };

export type SensesWatch = {
  /** Told once of what was declared and cannot be watched. */
  readonly tell?: AnomalyAgentPorts['tell'];
  /** Threads for tier one, of a process that stays; none when absent. */
  readonly machine?: AnomalyAgentPorts['machine'];
  /** Told of the bytes of each answer of Prometheus. */
  readonly onRead?: (bytes: number) => void;
  /** Told after each cycle of the pasts that are held and of those that were given back. */
  readonly onPasts?: AnomalyAgentPorts['onPasts'];
};

/** Prometheus when it is configured, the kubelets behind it or in its place. */
export async function createSenses(
  config: Config,
  connection: Connection,
  clocks: { readonly wall: Clock; readonly cluster: Clock },
  pace: Pace,
  { tell, machine, onRead, onPasts }: SensesWatch = {},
): Promise<Senses> {
  const { wall, cluster: clock } = clocks;
  const sources: MetricsSource[] = [];
  const prometheus = prometheusConnection(config);
  if (prometheus !== null)
    sources.push(createPrometheusSource({ ...prometheus, wall, ...(onRead === undefined ? {} : { onRead }) }));
  const { dispatcher } = await connection.credentials();
  const authorization = async (): Promise<Readonly<Record<string, string>>> => {
    const { headers } = await connection.credentials();
    const bearer = headers['authorization'];
    return bearer === undefined ? {} : { authorization: bearer };
  };
  sources.push(createKubeletSource({ wall, authorization, dispatcher, readMs: pace.scrapeMs }));
  const userSignals = config.signalsFile === undefined ? noUserSignals : await openUserSignals(config.signalsFile);
  const declared = (id: SignalId): SignalTraits | undefined =>
    userSignals.current().find(({ definition }) => definition.id === id)?.definition;
  return {
    metrics: createMetricsAgent({ sources, catalogue, clock, pace, userSignals }),
    anomaly: createAnomalyAgent({
      pace,
      signals: [...catalogue, ...userSignals.current().map((one) => one.definition)],
      declared,
      ...(config.sloFile === undefined ? {} : { slos: await readSloFile(config.sloFile) }),
      ...(tell === undefined ? {} : { tell }),
      ...(machine === undefined ? {} : { machine }),
      ...(onPasts === undefined ? {} : { onPasts }),
    }),
  };
}

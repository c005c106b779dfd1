// A whole advisor on the sandbox with a proxy before its API server and one before its Prometheus, so that a test can take either away.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startAdvisor, type Advisor, type AdvisorOptions } from '../../src/app.ts';
import type { Incident } from '../../src/folds/state.ts';
import type { EventBody } from '../../src/model/event.ts';
import { apiPrefix } from '../../src/model/door.ts';
import { advisorUser, startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import { approveWaiting } from '../../src/sandbox/story/approver.ts';
import { landedWrites, type LandedWrite } from '../crash/landed-writes.ts';
import { scenarioConfig } from '../scenario/scenario-config.ts';
import { startProxy, type Proxy } from './proxy.ts';

const stepMs = 15_000;
const quietSteps = 24;

export type OutageOptions = Partial<Pick<AdvisorOptions, 'journalBytes'>> & {
  readonly seed?: number;
  readonly policies?: Readonly<Record<string, string>>;
  readonly dataFolder?: string;
  readonly nemotron?: { readonly apiKey: string; readonly baseUrl: string };
};

export interface OutageStage {
  readonly sandbox: Sandbox;
  readonly advisor: Advisor;
  readonly api: Proxy;
  readonly prometheus: Proxy;
  readonly folder: string;
  /** Events of this process, oldest first. */
  readonly events: readonly EventBody[];
  of<Kind extends EventBody['kind']>(kind: Kind): readonly Extract<EventBody, { kind: Kind }>[];
  incident(): Incident;
  /** One step of cluster time; waits only for what can be seen. */
  step(): Promise<void>;
  /** Steps of cluster time, with what waits approved by the scripted approver; answers whether it holds at last. */
  until(holds: () => boolean, mostSteps?: number): Promise<boolean>;
  /** Like `until`, each step taking so many wall milliseconds, for what runs on the wall: leases and back-offs. */
  slowly(holds: () => boolean, mostMs: number): Promise<boolean>;
  quiet(): Promise<void>;
  landed(): readonly LandedWrite[];
  /** Asks the door as the operator. */
  ask(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export async function outageStage(options: OutageOptions = {}): Promise<OutageStage> {
  const folder = mkdtempSync(join(tmpdir(), 'advisor-outage-'));
  const stop = new AbortController();
  const sandbox = await startSandbox({ seed: options.seed ?? 5 });
  const api = await startProxy(sandbox.api.server.url);
  const prometheus = await startProxy(sandbox.prometheusUrl);
  const events: EventBody[] = [];
  const end = async (): Promise<void> => {
    stop.abort();
    await api.close();
    await prometheus.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const config = scenarioConfig(folder, {
      kubeconfig: sandbox.kubeconfigs.advisor.replaceAll(sandbox.api.server.url, api.url),
      prometheusUrl: prometheus.url,
      pace: 'cluster',
      ...(options.policies === undefined ? {} : { policies: options.policies }),
    });
    const advisor = await startAdvisor({
      config: {
        ...config,
        ...(options.dataFolder === undefined ? {} : { dataFolder: options.dataFolder }),
        ...(options.nemotron === undefined
          ? {}
          : { nemotronApiKey: options.nemotron.apiKey, nemotronBaseUrl: options.nemotron.baseUrl }),
      },
      version: 'test',
      signal: stop.signal,
      clusterClock: sandbox.clock,
      scriptedApprover: true,
      ...(options.journalBytes === undefined ? {} : { journalBytes: options.journalBytes }),
      onEvent: ({ body }) => events.push(body),
    });
    advisor.start();
    const door = { url: advisor.about.url, token: advisor.scriptedToken ?? '' };
    const operator = readFileSync(advisor.about.tokenFile, 'utf8').trim();
    const rest = async (): Promise<void> => {
      sandbox.api.server.bookmark();
      // What is away can be waited for by nobody.
      await advisor.idle(api.isUp() && !stage.isBlind() ? sandbox.version() : undefined);
    };
    const until = async (holds: () => boolean, mostSteps: number, wallMs: number): Promise<boolean> => {
      for (let steps = 0; steps < mostSteps && !holds(); steps += 1) {
        await stage.step();
        await approveWaiting(door).catch(() => undefined);
        if (wallMs > 0) await pause(wallMs);
      }
      return holds();
    };
    const stage = {
      sandbox,
      advisor,
      api,
      prometheus,
      folder,
      events,
      of: <Kind extends EventBody['kind']>(kind: Kind) =>
        events.filter((one): one is Extract<EventBody, { kind: Kind }> => one.kind === kind),
      incident(): Incident {
        const found = [...advisor.state().incidents.values()].at(-1);
        if (found === undefined) throw new Error('there is no incident');
        return found;
      },
      isBlind: () => advisor.state().lostSources.has('apiserver'),
      step: async () => await sandbox.advance(stepMs, rest),
      until: async (holds: () => boolean, mostSteps = 200) => await until(holds, mostSteps, 0),
      slowly: async (holds: () => boolean, mostMs: number) => await until(holds, Math.ceil(mostMs / 500), 500),
      quiet: async () => void (await until(() => false, quietSteps, 0)),
      landed: () => landedWrites(sandbox.api.server.audit, advisorUser),
      async ask(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<unknown> {
        const answer = await fetch(`${door.url}${apiPrefix}${path}`, {
          method,
          headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        return await answer.json();
      },
      async close() {
        await advisor.close('the test is over');
        await end();
      },
    };
    return stage;
  } catch (error) {
    await end();
    throw error;
  }
}

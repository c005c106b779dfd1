// The HTTP client of a running advisor: finds it, has it prove that it knows the token, and turns its problems into failures.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import {
  apiProblem,
  approvalView,
  askAnswer,
  type askRequest,
  decisionAnswer,
  decisionRequest,
  envelope,
  incidentDetail,
  incidentItem,
  session,
  switchRequest,
  switchView,
  undoAnswer,
  undoRequest,
  type ApprovalView,
  type AskAnswer,
  type DecisionAnswer,
  type Envelope,
  type IncidentDetail,
  type IncidentItem,
  type SessionView,
  type SwitchView,
} from '../model/api.ts';
import {
  address,
  addressFile,
  apiPrefix,
  challengeAnswer,
  doorHeader,
  idempotencyHeader,
  isProven,
  portOf,
  tokenId,
  type Address,
} from '../model/door.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { parseDuration } from './ages.ts';
import { dataFolders } from './places.ts';
import { usage, type VerbContext } from './verb.ts';

export type IncidentQuery = {
  readonly state: string;
  readonly limit: number;
  readonly severity?: string;
  readonly code?: string;
  readonly namespace?: string;
  readonly sort?: 'severity' | 'updated' | 'opened';
};

export interface AdvisorClient {
  readonly url: string;
  session(): Promise<SessionView & Envelope>;
  incidents(query: IncidentQuery): Promise<{ readonly items: readonly IncidentItem[] } & Envelope>;
  incident(id: string, at?: number): Promise<IncidentDetail & Envelope>;
  approval(id: string): Promise<ApprovalView & Envelope>;
  /** Those that wait for a decision. */
  waiting(): Promise<readonly ApprovalView[]>;
  decide(approval: string, decision: z.infer<typeof decisionRequest>): Promise<DecisionAnswer>;
  undo(plan: string, request: z.infer<typeof undoRequest>): Promise<z.infer<typeof undoAnswer>>;
  ask(request: z.infer<typeof askRequest>): Promise<AskAnswer & Envelope>;
  readSwitch(): Promise<SwitchView & Envelope>;
  setSwitch(request: z.infer<typeof switchRequest>): Promise<SwitchView & Envelope>;
}

const defaultRequestMs = 30_000;

/** Throws a Failure: exit 4 when no advisor answers, 5 when the token is refused, else what the advisor said. */
export async function connectAdvisor(context: VerbContext): Promise<AdvisorClient> {
  const config = context.config();
  const found = config.server === undefined ? localAdvisor(context) : null;
  const url = (config.server ?? found?.url ?? '').replace(/\/$/, '');
  const token = config.token ?? tokenFrom(context.flags.tokenFile ?? found?.tokenFile);
  const door = createDoor(url, token, context);
  await door.prove();
  const get = async <Shape extends z.ZodRawShape>(path: string, shape: z.ZodObject<Shape>) =>
    await door.call('GET', path, undefined, z.object({ ...envelope.shape, ...shape.shape }));
  return {
    url,
    session: async () => await get('/session', session),
    incidents: async (query) => {
      const search = new URLSearchParams(
        Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
      );
      return await get(`/incidents?${search.toString()}`, z.object({ items: z.array(incidentItem) }));
    },
    incident: async (id, at) =>
      await get(`/incidents/${encodeURIComponent(id)}${at === undefined ? '' : `?at=${at}`}`, incidentDetail),
    approval: async (id) => await get(`/approvals/${encodeURIComponent(id)}`, approvalView),
    waiting: async () => (await get('/approvals', z.object({ items: z.array(approvalView) }))).items,
    decide: async (approval, decision) =>
      await door.call('POST', `/approvals/${encodeURIComponent(approval)}/decision`, decision, decisionAnswer),
    undo: async (plan, request) =>
      await door.call('POST', `/plans/${encodeURIComponent(plan)}/undo`, request, undoAnswer),
    ask: async (request) =>
      await door.call('POST', '/ask', request, z.object({ ...envelope.shape, ...askAnswer.shape })),
    readSwitch: async () => await get('/switch', switchView),
    setSwitch: async (request) =>
      await door.call('PUT', '/switch', request, z.object({ ...envelope.shape, ...switchView.shape })),
  };
}

function createDoor(url: string, token: string, context: VerbContext) {
  const requestMs = requestMsOf(context);
  const send = async (method: string, path: string, body: unknown, withToken: boolean): Promise<unknown> => {
    const headers: Record<string, string> = { accept: 'application/json', [doorHeader]: 'cli' };
    if (withToken) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (method === 'POST') headers[idempotencyHeader] = randomBytes(16).toString('hex');
    let response: Response;
    try {
      const signal = AbortSignal.any([context.signal, AbortSignal.timeout(requestMs)]);
      response = await fetch(`${url}${apiPrefix}${path}`, {
        method,
        headers,
        signal,
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw unreachable(url, error);
    }
    const text = await response.text();
    const content = parseJson(text);
    if (response.ok) return content;
    const problem = apiProblem.safeParse(content);
    if (problem.success) throw new Failure({ ...problem.data });
    throw new Failure({
      code: 'not-an-advisor',
      what: `${url} does not answer as an advisor`,
      why: `it answered ${response.status} without the advisor's form of an error`,
      next: 'check --server, or start one: advisor run',
      exitCode: exitCodes.unreachable,
    });
  };
  return {
    async prove(): Promise<void> {
      const nonce = randomBytes(32).toString('hex');
      const answer = challengeAnswer.safeParse(
        await send('POST', '/challenge', { nonce, tokenId: tokenId(token) }, false),
      );
      if (answer.success && isProven(token, nonce, portOf(url), answer.data.proof)) return;
      throw new Failure({
        code: 'server-not-proven',
        what: `${url} does not know your token`,
        why: 'it could not answer the challenge, so the token was not sent',
        next: 'check --server and --token-file, or start one: advisor run',
        exitCode: exitCodes.forbidden,
      });
    },
    async call<T>(method: string, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
      const parsed = schema.safeParse(await send(method, path, body, true));
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      throw new Failure({
        code: 'answer-unreadable',
        what: `the answer of ${url} cannot be read`,
        why: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
        next: 'advisor version tells whether client and server fit',
        exitCode: exitCodes.unreachable,
      });
    },
  };
}

/** The advisor that left its address on this machine and whose process lives; several are an ambiguity. */
function localAdvisor(context: VerbContext): Address {
  const config = context.config();
  const folders = [
    ...(config.dataFolder === undefined ? dataFolders(config) : [config.dataFolder]),
    join(context.io.folder, '.demo'),
  ];
  const living = folders.flatMap((folder) => {
    const path = join(folder, addressFile);
    const read = existsSync(path) ? address.safeParse(parseJson(readFileSync(path, 'utf8'))) : null;
    return read?.success === true && isAlive(read.data.pid) ? [read.data] : [];
  });
  const [only] = living;
  if (only === undefined)
    throw new Failure({
      code: 'no-advisor',
      what: 'no advisor runs on this machine',
      why: 'none left its address, and --server names none',
      next: `${context.io.invokedAs} run, or ${context.io.invokedAs} demo without a cluster`,
      exitCode: exitCodes.unreachable,
    });
  if (living.length > 1)
    throw usage(
      `${living.length} advisors run on this machine`,
      living.map((one) => `${one.clusterName} ${one.url}`).join(', '),
      'name one with --server',
    );
  return only;
}

function requestMsOf(context: VerbContext): number {
  const text = context.flags.requestTimeout;
  const ms = text === undefined ? defaultRequestMs : parseDuration(text);
  if (ms !== null && ms > 0) return ms;
  throw usage(`--request-timeout does not take "${text}"`, 'it takes a duration such as 5s or 1m');
}

function tokenFrom(path: string | undefined): string {
  try {
    if (path !== undefined) return readFileSync(path, 'utf8').trim();
  } catch {
    throw new Failure({
      code: 'token-unreadable',
      what: `the token file ${path} cannot be read`,
      why: 'it is absent, or belongs to another user',
      next: 'give --token-file or ADVISOR_TOKEN',
      exitCode: exitCodes.forbidden,
    });
  }
  throw new Failure({
    code: 'no-token',
    what: 'there is no token for this advisor',
    why: '--server names it, and neither --token-file nor ADVISOR_TOKEN is given',
    next: 'give one of them',
    exitCode: exitCodes.forbidden,
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function unreachable(url: string, cause: unknown): Failure {
  const inner =
    cause instanceof Error && cause.cause instanceof Error
      ? cause.cause.message
      : cause instanceof Error
        ? cause.message
        : 'no answer';
  return new Failure(
    {
      code: 'advisor-unreachable',
      what: `the advisor at ${url} does not answer`,
      why: inner === '' ? 'the connection was refused' : inner,
      next: 'advisor run, or check --server',
      exitCode: exitCodes.unreachable,
    },
    { cause },
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

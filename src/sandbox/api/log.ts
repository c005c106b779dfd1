// pods/log: checks the request as the API server does, then asks the kubelet simulator that registered itself.
import type { Aim, Api } from './context.ts';
import { ApiFailure, badRequest, forbiddenValue, invalid, invalidValue } from './failure.ts';
import { get } from './reads.ts';
import { textAt, type Tree, treesAt } from './tree.ts';

type PodLogQuery = {
  readonly container: string;
  readonly previous: boolean;
  readonly tailLines: number | null;
  readonly limitBytes: number | null;
  /** Lines from this moment on, in milliseconds since the Unix epoch on the cluster's clock. */
  readonly sinceMs: number | null;
  readonly timestamps: boolean;
};
type PodLogAnswer = { readonly status: number; readonly text: string };
export type PodLogHandler = (pod: Tree, query: PodLogQuery) => PodLogAnswer;

/** Null for a pod that has no node yet: there is nothing to read. */
export function readLog(api: Api, aim: Aim, query: URLSearchParams, handler: PodLogHandler | null): string | null {
  const pod = get(api, aim).object;
  const names = [...treesAt(pod, 'spec', 'initContainers'), ...treesAt(pod, 'spec', 'containers')].map((one) =>
    textAt(one, 'name'),
  );
  const [only = ''] = names;
  const container = query.get('container') || (names.length === 1 ? only : '');
  if (container === '')
    throw badRequest(`a container name must be specified for pod ${aim.name}, choose one of: [${names.join(' ')}]`);
  if (!names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${aim.name}`);
  if (textAt(pod, 'spec', 'nodeName') === '') return null;
  if (handler === null)
    throw new ApiFailure(500, 'InternalError', 'Internal error occurred: no kubelet answers for this node', {});
  const answer = handler(pod, {
    container,
    previous: query.get('previous') === 'true',
    tailLines: whole(query, 'tailLines'),
    limitBytes: whole(query, 'limitBytes', 1),
    sinceMs: since(api, query),
    timestamps: query.get('timestamps') === 'true',
  });
  if (answer.status === 200) return answer.text;
  if (answer.status === 404) throw new ApiFailure(404, 'NotFound', answer.text);
  throw answer.status >= 500
    ? new ApiFailure(answer.status, 'InternalError', answer.text)
    : new ApiFailure(answer.status, 'BadRequest', answer.text);
}

function whole(query: URLSearchParams, name: string, least = 0): number | null {
  const text = query.get(name);
  if (text === null) return null;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const number = Number(text);
  if (number < least) {
    const why = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
    throw invalid(options, '', [invalidValue(name, text, why)]);
  }
  return number;
}

const options = { group: '', plural: 'pods', kind: 'PodLogOptions' };

function since(api: Api, query: URLSearchParams): number | null {
  const seconds = whole(query, 'sinceSeconds', 1);
  if (seconds !== null && query.get('sinceTime') !== null)
    throw invalid(options, '', [forbiddenValue('', 'at most one of `sinceTime` or `sinceSeconds` may be specified')]);
  if (seconds !== null) return api.clock.now() - seconds * 1_000;
  const at = Date.parse(query.get('sinceTime') ?? '');
  return Number.isNaN(at) ? null : at;
}

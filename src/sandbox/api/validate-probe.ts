// What the API server refuses in a probe.
import { type Cause, forbiddenValue, invalidValue, requiredValue } from './failure.ts';
import { isTree, numberAt, type Tree, treeAt } from './tree.ts';
import { notNegative, oneOf, portCauses } from './validate-field.ts';

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];
const timings = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

export function probeCauses(
  probe: Tree,
  kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  at: string,
): Cause[] {
  const [first, ...more] = handlers.filter((one) => probe[one] !== undefined);
  const causes: Cause[] = first === undefined ? [requiredValue(at, 'must specify a handler type')] : [];
  for (const handler of more)
    causes.push(forbiddenValue(`${at}.${handler}`, 'may not specify more than 1 handler type'));
  if (first === 'httpGet' || first === 'tcpSocket')
    causes.push(...portCauses(treeAt(probe, first)['port'], `${at}.${first}.port`));
  if (isTree(probe['httpGet']))
    causes.push(...oneOf(treeAt(probe, 'httpGet'), 'scheme', ['HTTP', 'HTTPS'], `${at}.httpGet`));
  for (const field of timings) causes.push(...notNegative(probe, field, at));
  const successes = numberAt(probe, 'successThreshold') ?? 1;
  if (kind !== 'readinessProbe' && successes !== 1)
    causes.push(invalidValue(`${at}.successThreshold`, String(successes), 'must be 1'));
  return causes;
}

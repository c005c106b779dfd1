// Label and field selectors, parsed once per request into a test on objects.
import { badRequest } from './failure.ts';
import { isTree, textAt, textMapAt, treeAt, treesAt, type Tree, type Value } from './tree.ts';

export type ObjectTest = (object: Tree) => boolean;

/** `a=b,c!=d,e in (f,g),h notin (i),j,!k`; the empty selector takes everything. */
export function labelTest(selector: string): ObjectTest {
  const tests = splitOutsideParentheses(selector).map(labelRequirement);
  return (object) => {
    const labels = textMapAt(object, 'metadata', 'labels');
    return tests.every((test) => test(labels));
  };
}

type Labels = Readonly<Record<string, string>>;

function labelRequirement(text: string): (labels: Labels) => boolean {
  const set = /^(!?[^\s=!,()]+)\s+(in|notin)\s*\(([^)]*)\)$/.exec(text);
  if (set !== null) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => labels[key] !== undefined && values.has(labels[key])
      : (labels) => labels[key] === undefined || !values.has(labels[key]);
  }
  const equality = /^([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)$/.exec(text);
  if (equality !== null) {
    const [, key = '', operator, value] = equality;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const presence = /^(!?)\s*([^\s=!,()]+)$/.exec(text);
  if (presence === null) throw badRequest(`unable to parse requirement: found '${text}'`);
  const [, not, key = ''] = presence;
  return not === '!' ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) {
      parts.push(part);
      part = '';
    } else part += character;
  }
  parts.push(part);
  return parts.map((one) => one.trim()).filter((one) => one !== '');
}

/** Whether a `metav1.LabelSelector` picks these labels; an empty selector picks all, an absent one none. */
export function selectorPicks(selector: Value | undefined, labels: Labels): boolean {
  if (!isTree(selector)) return false;
  for (const [key, value] of Object.entries(treeAt(selector, 'matchLabels'))) if (labels[key] !== value) return false;
  return treesAt(selector, 'matchExpressions').every((expression) => {
    const label = labels[textAt(expression, 'key')];
    const values = Array.isArray(expression['values']) ? expression['values'] : [];
    switch (textAt(expression, 'operator')) {
      case 'In':
        return label !== undefined && values.includes(label);
      case 'NotIn':
        return label === undefined || !values.includes(label);
      case 'Exists':
        return label !== undefined;
      case 'DoesNotExist':
        return label === undefined;
      default:
        return false;
    }
  });
}

/** The selector as a query writes it, for the scale subresource. */
export function selectorText(selector: Tree): string {
  const equal = Object.entries(textMapAt(selector, 'matchLabels')).map(([key, value]) => `${key}=${value}`);
  const others = treesAt(selector, 'matchExpressions').map((one) => {
    const key = textAt(one, 'key');
    const listed = Array.isArray(one['values']) ? one['values'] : [];
    const values = listed.filter((value) => typeof value === 'string').join(',');
    const forms: Record<string, string> = {
      In: `${key} in (${values})`,
      NotIn: `${key} notin (${values})`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    return forms[textAt(one, 'operator')] ?? key;
  });
  return [...equal, ...others].toSorted().join(',');
}

const always = ['metadata.name', 'metadata.namespace'];
const byTable: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'type',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  services: ['spec.clusterIP', 'spec.type'],
  'replicasets.apps': ['status.replicas'],
  secrets: ['type'],
};
const eventNames: Readonly<Record<string, string>> = {
  'regarding.kind': 'involvedObject.kind',
  'regarding.namespace': 'involvedObject.namespace',
  'regarding.name': 'involvedObject.name',
  'regarding.uid': 'involvedObject.uid',
  reportingController: 'reportingComponent',
  source: 'reportingComponent',
};

/** `metadata.name=a,status.phase!=Running` on the fields that the kind supports. */
export function fieldTest(selector: string, table: string): ObjectTest {
  const supported = new Set([...always, ...(byTable[table] ?? [])]);
  const tests = selector
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part): ObjectTest => {
      const match = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(part);
      if (match === null) throw badRequest(`invalid selector: '${selector}'; can't understand '${part}'`);
      const [, given = '', operator, value = ''] = match;
      const field = table === 'events' ? (eventNames[given] ?? given) : given;
      if (!supported.has(field)) throw badRequest(unsupported(given, table));
      const path = field.split('.');
      return (object) => (fieldText(object, path) === value) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}

/** Kinds with fields of their own say it in other words than those without. */
function unsupported(field: string, table: string): string {
  return byTable[table] === undefined
    ? `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`
    : `field label not supported: ${field}`;
}

function fieldText(object: Tree, path: readonly string[]): string {
  const value = treeAt(object, ...path.slice(0, -1))[path.at(-1) ?? ''];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : path.at(-1) === 'unschedulable'
      ? 'false'
      : '';
}

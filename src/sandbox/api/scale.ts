// The scale subresource: a small object of its own whose only writable field is the number of replicas.
import type { Aim, Api, Manner } from './context.ts';
import { decode, type Decoded } from './decode.ts';
import { badRequest, invalid, invalidValue } from './failure.ts';
import { scale as scaleShape } from './kind-shapes.ts';
import { get } from './reads.ts';
import { selectorText } from './selectors.ts';
import { makeTree, numberAt, textAt, type Tree, treeAt } from './tree.ts';
import { update } from './writes.ts';

/** `replicas: 0` is absent, as the server writes it. */
function scaleOf(object: Tree): Tree {
  const wanted = numberAt(object, 'spec', 'replicas') ?? 0;
  const selector = selectorText(treeAt(object, 'spec', 'selector'));
  const metadata: Tree = {};
  for (const field of ['name', 'namespace', 'uid', 'resourceVersion', 'creationTimestamp'])
    metadata[field] = textAt(object, 'metadata', field);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: wanted === 0 ? {} : { replicas: wanted },
    status: { replicas: numberAt(object, 'status', 'replicas') ?? 0, ...(selector === '' ? {} : { selector }) },
  };
}

export function readScale(api: Api, aim: Aim): Tree {
  return scaleOf(get(api, aim).object);
}

/** Metadata of the request is dropped but for its preconditions. */
export function writeScale(api: Api, aim: Aim, change: (scale: Tree) => Tree, whole: boolean, manner: Manner): Tree {
  const changed = update(
    api,
    aim,
    {
      whole,
      change(live) {
        const decoded = decode(change(scaleOf(live)), scaleShape);
        const scale = decoded.object;
        refuseUnknown(scale, decoded, whole, manner);
        if (textAt(scale, 'metadata', 'name') !== aim.name)
          throw badRequest(
            `the name of the object (${textAt(scale, 'metadata', 'name')}) does not match the name on the URL (${aim.name})`,
          );
        const replicas = numberAt(scale, 'spec', 'replicas') ?? 0;
        if (replicas < 0)
          throw invalid({ group: 'autoscaling', plural: 'scales', kind: 'Scale' }, aim.name, [
            invalidValue('spec.replicas', String(replicas), 'must be greater than or equal to 0'),
          ]);
        makeTree(live, 'spec')['replicas'] = replicas;
        const metadata = makeTree(live, 'metadata');
        for (const field of ['resourceVersion', 'uid']) metadata[field] = textAt(scale, 'metadata', field);
        if (textAt(scale, 'metadata', 'resourceVersion') === '') delete metadata['resourceVersion'];
        return live;
      },
    },
    manner,
  );
  return scaleOf(changed);
}

function refuseUnknown(scale: Tree, { unknown, wrong }: Decoded, whole: boolean, manner: Manner): void {
  const fields = unknown.map((path) => `unknown field "${path}"`);
  if (manner.fieldValidation === 'Warn') manner.warnings.push(...fields);
  const isStrict = manner.fieldValidation === 'Strict' && fields.length > 0;
  const why = wrong ?? (isStrict ? `strict decoding error: ${fields.join(', ')}` : null);
  if (why === null) return;
  if (whole) throw badRequest(`Scale in version "v1" cannot be handled as a Scale: ${why}`);
  throw invalid({ group: '', plural: '', kind: '' }, '', [
    invalidValue('patch', JSON.stringify(JSON.stringify(scale)), why),
  ]);
}

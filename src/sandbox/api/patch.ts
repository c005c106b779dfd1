// PATCH: picks the patch by its content type and applies it to the object as the caller sees it.
import type { Aim, Api, Manner } from './context.ts';
import { ApiFailure } from './failure.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch, applyStrategicPatch } from './merge-patch.ts';
import { shown } from './reads.ts';
import { writeScale } from './scale.ts';
import type { Tree, Value } from './tree.ts';
import { update } from './writes.ts';

export type PatchForm = 'json' | 'merge' | 'strategic';

const forms: Readonly<Record<string, PatchForm>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

export function patchForm(contentType: string): PatchForm {
  const form = forms[contentType];
  if (form !== undefined) return form;
  throw new ApiFailure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${Object.keys(forms).join(', ')}`,
    {},
  );
}

export function patch(api: Api, aim: Aim, form: PatchForm, body: Value, manner: Manner): Tree {
  const { definition } = aim;
  const change = (live: Tree): Tree => {
    if (form === 'json') return applyJsonPatch(live, body);
    if (form === 'merge') return applyMergePatch(live, body);
    return applyStrategicPatch(live, body, aim.subresource === 'scale' ? null : definition.shape);
  };
  if (aim.subresource === 'scale') return writeScale(api, aim, change, false, manner);
  const changed = update(api, aim, { whole: false, change: (live) => change(shown(definition, live)) }, manner);
  return shown(definition, changed);
}

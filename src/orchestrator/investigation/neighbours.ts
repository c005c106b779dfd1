// Who calls an object and whom it calls, and what is wrong with each of them now.
import { z } from 'zod';
import { isPodReady } from '../../model/kube.ts';
import { sameRef, shownRef, type ObjectRef } from '../../model/target.ts';
import { toolOf, type Sight } from './tool.ts';

const args = z.strictObject({ of: z.string().optional() });
const mostNeighbours = 6;

export const neighbours = toolOf({
  name: 'neighbours',
  about: 'answers its callers and callees with what is wrong with each',
  args,
  read(_args, of, sight) {
    const { view } = sight;
    const lines = [
      ...view.callersOf(of).map((one) => [one.caller, `calls ${shownRef(of)}`] as const),
      ...view.calleesOf(of).map((one) => [one.callee, `is called by ${shownRef(of)}`] as const),
    ].slice(0, mostNeighbours);
    const drafts = lines.map(([ref, how]) => ({
      trust: 'measured' as const,
      source: `neighbour ${shownRef(ref)}`,
      atMs: view.asOfMs,
      sentence: `${shownRef(ref)} ${how}; ${stateOf(ref, sight)}`,
    }));
    return Promise.resolve(drafts);
  },
});

function stateOf(ref: ObjectRef, { view, findings }: Sight): string {
  const own = findings.filter((one) => sameRef(one.of, ref)).map((one) => one.sentence);
  const pods = view.podsOf(ref);
  const ready = `${pods.filter(isPodReady).length} of ${pods.length} pods ready`;
  return own.length === 0 ? `${ready}, nothing significant` : `${ready}, ${own.slice(0, 2).join('; ')}`;
}

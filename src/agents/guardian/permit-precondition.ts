// G01: a permit can only be drawn for a target that is known by its UID and carries the mark that the write will test.
import { shownRef } from '../../model/target.ts';
import { need, needChange } from './facts.ts';
import { markOf, uidOf } from './request-shape.ts';
import { allow, deny, type Rule } from './rule.ts';

export const permitPrecondition: Rule = {
  id: 'G01',
  about:
    'No write without a permit for exactly its requests, target, former mark and tested values; each is sent once.',
  judge(facts) {
    const { object } = need(facts.live);
    const { request } = needChange(facts);
    const uid = uidOf(object);
    const shown = shownRef(facts.action.target);
    if (uid === null) return deny(`${shown} has no UID, so a namesake could not be told from it`);
    if (facts.plan.undoOf !== undefined && facts.cover === null)
      return deny(`no write of ${facts.plan.undoOf} on ${shown} is known to have landed, so nothing can be taken back`);
    const mark = markOf(object);
    if (facts.cover !== null && mark !== facts.cover.permit)
      return deny(
        `the mark of ${shown} is ${mark === null ? 'gone' : mark.slice(0, 60)}, not ${facts.cover.permit}: somebody wrote since, so undoing would take back more than the act`,
      );
    const tests = request.ops.filter((one) => one.op === 'test').length;
    return allow(`one request with ${tests} tests on ${uid}, sent once, on condition of mark ${mark ?? 'absent'}`);
  },
};

// G17: the very body that will be sent must pass a dry run, change what was meant and nothing else; what a dry run does not ask is asked here.
import { jsonEquals, valueAt } from '../../model/json.ts';
import { shownPath } from './changed-leaves.ts';
import { unexpected } from './dry-run-differences.ts';
import { need, needChange } from './facts.ts';
import { allow, ask, deny, pending, type Rule } from './rule.ts';
import { templateWord, type TemplateWord } from './template-room.ts';

const shownDifferences = 3;

export const dryRunEqualsPreview: Rule = {
  id: 'G17',
  about:
    'A server-side dry run of the very body must pass and change only what was meant; quota, LimitRange and names in templates are checked besides.',
  judge(facts) {
    const { object } = need(facts.live);
    const { after, preview } = needChange(facts);
    const isSame = jsonEquals(valueAt(object, '/spec/template'), valueAt(after, '/spec/template'));
    const template: TemplateWord = isSame ? { problems: [], asks: [] } : templateWord(facts, object, after);
    const dryRun = need(facts.dryRun);
    if (template.problems.length > 0) return deny(`new pods would be refused: ${template.problems.join('; ')}`);
    if ('pending' in dryRun) return pending(dryRun.pending);
    const { reply } = dryRun;
    if (reply.object === null || (reply.status !== 200 && reply.status !== 201))
      return deny(
        `the dry run was refused: ${reply.summary}${reply.fields.length === 0 ? '' : ` (${reply.fields.slice(0, 3).join(', ')})`}`,
      );
    const got = reply.object;
    const others = unexpected(after, got, preview.touches, facts.volatilePaths);
    if (others.length > 0) {
      const shown = others
        .slice(0, shownDifferences)
        .map((one) => shownPath(one.after === undefined ? after : got, one.path));
      const more = others.length > shownDifferences ? ` and ${others.length - shownDifferences} more` : '';
      return ask(1, `the server would change more than was asked: ${shown.join(', ')}${more}`);
    }
    if (template.asks.length > 0) return ask(1, `${template.asks.join('; ')}: a person decides`);
    if (reply.warnings.some((one) => one.includes('would violate PodSecurity')))
      return ask(1, 'the server warns that new pods would violate the Pod Security Standard of the namespace');
    return allow(
      `the dry run of the very body passed and changed ${preview.touches.length === 1 ? 'just its one place' : `just its ${preview.touches.length} places`}`,
    );
  },
};

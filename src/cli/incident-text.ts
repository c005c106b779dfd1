// The block that `show`, `approve` and `undo` print for an incident: what was found, why, the plan, its rulings, its undo, by hand.
import type { Evidence } from '../model/evidence.ts';
import type { Finding } from '../model/finding.ts';
import type { Json } from '../model/json.ts';
import type { Hypothesis } from '../model/hypothesis.ts';
import type { Roots } from '../model/roots.ts';
import { shownRef } from '../model/target.ts';
import type { IncidentDetail, PlanView } from '../model/api.ts';
import { wrap } from './table.ts';
import { paint, plain, type Terminal } from './terminal.ts';

type Action = PlanView['actions'][number];

export const sections = ['found', 'why', 'plan', 'rulings', 'undo', 'outcome', 'advice'] as const;
export type Section = (typeof sections)[number];

/** Lines of the block about one plan, the newest when none is named; nothing is cut in a pipe. */
export function incidentLines(
  incident: IncidentDetail,
  terminal: Terminal,
  { only = sections, plan = null }: { readonly only?: readonly Section[]; readonly plan?: string | null } = {},
): string[] {
  const current = incident.plans.findLast((one) => plan === null || one.id === plan);
  const approval = incident.approval === null ? '' : ` (${incident.approval})`;
  const lines = [
    `${incident.id}  ${severityWord(incident.severity, terminal)}  ${plain(incident.title)}      ${incident.state}${approval}`,
  ];
  const add = (section: Section, label: string, texts: readonly string[]): void => {
    if (only.includes(section) && texts.length > 0) lines.push(...labelled(label, texts, terminal));
  };
  add('found', 'Found', incident.evidence.map(evidenceLine));
  add('found', 'Detail', incident.findingsOpen.flatMap(detailLines));
  add('why', 'Why', incident.hypotheses.length === 0 ? ['not settled yet'] : incident.hypotheses.map(hypothesisLine));
  for (const refusal of incident.refusedAnswers)
    add('why', '', [`an answer of the leader was refused: ${plain(refusal)}`]);
  if (incident.roots !== undefined) add('why', 'Roots', rootLines(incident.roots));
  if (current !== undefined) {
    add('plan', 'Plan', planLines(current));
    add('rulings', 'Rulings', current.actions.flatMap(rulingLines));
    add(
      'undo',
      'Undo',
      current.actions.flatMap((one) => (one.undo === null ? [] : [plain(one.undo)])),
    );
    add('outcome', 'Outcome', current.actions.flatMap(outcomeLine));
    add(
      'advice',
      'By hand',
      current.actions.flatMap((one) => (one.byHand === null ? [] : [plain(one.byHand)])),
    );
  }
  if (incident.reason !== null) add('outcome', 'State', [plain(incident.reason)]);
  add('advice', 'Advice', incident.advice.map(plain));
  return lines;
}

/** The same block for a plan alone, such as an undo that is only looked at. */
export function planBlock(plan: PlanView, terminal: Terminal): string[] {
  return [
    ...labelled('Plan', planLines(plan), terminal),
    ...labelled('Rulings', plan.actions.flatMap(rulingLines), terminal),
    ...labelled(
      'By hand',
      plan.actions.flatMap((one) => (one.byHand === null ? [] : [plain(one.byHand)])),
      terminal,
    ),
  ];
}

/** "checkout is killed for memory" beside a column that names checkout: "killed for memory". */
export function effectOf(title: string, name: string): string {
  return title.startsWith(`${name} `) ? title.slice(name.length + 1).replace(/^is /, '') : title;
}

export function severityWord(severity: string, terminal: Pick<Terminal, 'color'>): string {
  return paint(terminal, severity === 'critical' ? 'red' : severity === 'warning' ? 'yellow' : 'cyan', severity);
}

/** Commands are not wrapped, so that they can be copied as they stand. */
function labelled(label: string, texts: readonly string[], terminal: Terminal): string[] {
  const left = label.padEnd(8);
  const width = label === 'By hand' || label === 'Undo' ? Number.POSITIVE_INFINITY : terminal.width - left.length;
  return texts.flatMap((text, at) =>
    wrap(text, width, '  ').map((line, row) => (at === 0 && row === 0 ? left : ' '.repeat(8)) + line),
  );
}

function evidenceLine(one: Evidence): string {
  const trust = one.trust === 'measured' ? '' : ` [${one.trust}]`;
  const ignored = one.ignoredInstruction === true ? ' — ignored: this text asked for an action' : '';
  return `${one.id} ${plain(one.sentence)}${trust}${ignored}`;
}

/** The whole sentence of a signal, and below it what the sentence leaves out. */
function detailLines(finding: Finding): string[] {
  if (finding.kind !== 'signal' || (finding.explanation === undefined && finding.notes === undefined)) return [];
  return [plain(finding.explanation ?? finding.sentence), ...(finding.notes ?? []).map((note) => `- ${plain(note)}`)];
}

/** Nothing to order where one workload is alone. */
function rootLines({ weighed, plain: alone }: Roots): string[] {
  if (weighed.length < 2) return [];
  const names = weighed.map((one) => plain(shownRef(one.of))).join(', ');
  const others = alone.map((of) => plain(shownRef(of))).join(', ');
  return [`by facts, calls, changes and time: ${names}`, `by deviation alone: ${others === '' ? 'no signal' : others}`];
}

function hypothesisLine(one: Hypothesis): string {
  const against = one.against.length === 0 ? 'against none' : `against ${one.against.join(' ')}`;
  const settle =
    one.strength === 'strong' || one.settle.length === 0 ? '' : `; would settle it: ${one.settle.join(', ')}`;
  return `${one.id} ${one.code} ${one.title}  ${one.strength}   for ${one.for.join(' ') || 'none'}   ${against}${settle}`;
}

function planLines(plan: PlanView): string[] {
  const undoOf = plan.undoOf === null ? '' : ` (undo of ${plan.undoOf})`;
  const digest = plan.digest === null ? '' : ` · digest ${plan.digest.slice(0, 12)}`;
  return plan.actions.flatMap((action) => [
    `${action.id.split('/').slice(1).join('/')}${undoOf} ${action.name} ${action.summary ?? ''} on ${shownRef(action.target)} · ${action.risk ?? 'unknown'} risk${digest} · led by ${plan.leader}`,
    ...reasoningLine(plan),
    ...action.diff.map(
      (field) =>
        `~ ${fieldOf(field.path)}   ${value(field.before)} → ${value(field.after)}${field.owner === undefined ? '' : `   set by ${field.owner}`}`,
    ),
  ]);
}

/** Where model and rules differ, both are named side by side. */
function reasoningLine({ reasoning }: PlanView): readonly string[] {
  if (reasoning === null) return [];
  const { agreement, rules, model, confidence } = reasoning;
  const sure = `confidence ${confidence}`;
  if (agreement === 'rules alone') return [`${sure} · the rules alone name ${rules.code}`];
  if (model === undefined)
    return [`${sure} · the model chose no action, the rules name ${rules.code}: a person decides`];
  return agreement === 'agree'
    ? [`${sure} · model and rules both name ${rules.code}`]
    : [
        `${sure} · the model names ${model.code} ${model.title}, the rules name ${rules.code} ${rules.title}: a person decides`,
      ];
}

function rulingLines(action: Action): string[] {
  if (action.verdict === null) return [];
  const count = (word: string): number => action.rulings.filter((ruling) => ruling.word === word).length;
  const pending = count('pending') > 0 ? ` · ${count('pending')} pending` : '';
  const head = `${action.wouldBe ? 'would be ' : ''}${action.verdict}: ${count('allow')} allow · ${count('ask')} ask · ${count('deny')} deny${pending}`;
  return [
    head,
    ...action.rulings
      .filter((ruling) => ruling.word !== 'allow')
      .map((ruling) => `${ruling.word.padEnd(5)} ${ruling.rule}: ${plain(ruling.reason)}`),
  ];
}

function outcomeLine(action: Action): string[] {
  if (action.held !== null) return [`held: ${plain(action.held)}`];
  if (action.outcome !== null)
    return [`${action.outcome.word}${action.outcome.undone ? ' (undone)' : ''}: ${plain(action.outcome.sentence)}`];
  return action.writtenAt === null ? [] : [`written ${action.writtenAt}, being verified`];
}

/** A JSON pointer as people read a field, `spec.template.spec.containers[0].image`; a path that is written so already stays. */
function fieldOf(path: string): string {
  if (!path.startsWith('/')) return plain(path);
  const steps = path
    .slice(1)
    .split('/')
    .map((step) => plain(step.replaceAll('~1', '/').replaceAll('~0', '~')));
  return steps
    .map((step) => (/^\d+$/.test(step) ? `[${step}]` : /^[\w-]+$/.test(step) ? `.${step}` : `["${step}"]`))
    .join('')
    .replace(/^\./, '');
}

function value(json: Json): string {
  if (json === null) return '(absent)';
  return typeof json === 'string' ? plain(json) : plain(JSON.stringify(json));
}

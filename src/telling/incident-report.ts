// The report that is written after an incident: timeline, cause, evidence, actions with verdicts, outcome and cost, as Markdown; facts of the journal only.
import { z } from 'zod';
import { foldAll } from '../folds/fold.ts';
import type { IncidentDetail, PlanView } from '../model/api.ts';
import { eventBody, type JournalEvent } from '../model/event.ts';
import { shownRef } from '../model/target.ts';
import { unsupported } from './claims.ts';
import { proseOf } from './incident-prose.ts';
import { transitionLine } from './transition-line.ts';

/** A summary that a model worded is used only when it names nothing that the facts do not hold. */
export type Wording = { readonly by: string; readonly text: string };

export type Report = { readonly markdown: string; /** Why a wording was not used. */ readonly refused: string | null };

export function reportOf(incident: IncidentDetail, wording: Wording | null = null): Report {
  const prose = proseOf(incident);
  const facts = factsOf(incident);
  const added = wording === null ? [] : unsupported(wording.text, facts);
  const summary =
    wording !== null && added.length === 0
      ? [
          safe(wording.text),
          '',
          `Worded by ${safe(wording.by)} from the facts below; every number and name was compared with them.`,
        ]
      : [prose.map(({ text, cites }) => `${safe(text)}${cited(cites)}`).join(' ')];
  return {
    markdown: `${[
      `# ${incident.id}: ${safe(incident.title)}`,
      section('Summary', summary),
      section('Timeline (UTC)', timeline(incident)),
      section('Cause', incident.hypotheses.map(hypothesisLine)),
      section('Evidence', incident.evidence.map(evidenceLine)),
      section('Actions', incident.plans.flatMap(planLines)),
      section('Outcome', [
        `State: ${incident.state}${incident.reason === null ? '' : `. ${safe(incident.reason)}`}`,
        ...incident.advice.map((one) => `- For a person: ${safe(one)}`),
      ]),
      section('Cost', costLines(incident)),
    ].join('\n\n')}\n`,
    refused: added.length === 0 ? null : `the wording names what no fact holds: ${added.slice(0, 5).join(', ')}`,
  };
}

/** Everything that a wording may draw on, as one text. */
export function factsOf(incident: IncidentDetail): string {
  return [JSON.stringify(incident), ...proseOf(incident).map((one) => one.text), ...timeline(incident)].join('\n');
}

function section(title: string, lines: readonly string[]): string {
  return [`## ${title}`, '', ...(lines.length === 0 ? ['Nothing is recorded.'] : lines)].join('\n');
}

/** The lines that `run` prints, out of the incident's own events; an event of another version of the journal is named by its kind. */
function timeline(incident: IncidentDetail): readonly string[] {
  const events = incident.keyEvents.flatMap(({ seq, at, actor, body }): JournalEvent[] => {
    const parsed = eventBody.safeParse(body);
    return parsed.success
      ? [{ seq, v: 1, atMs: Date.parse(at), actor, body: parsed.data, prevHash: '', hash: '' }]
      : [];
  });
  const state = foldAll(events);
  return events.flatMap((event) => {
    const line = transitionLine(event, state);
    const time = new Date(event.atMs).toISOString().replace(/\.\d{3}Z$/, 'Z');
    return line === null ? [] : [`- ${time} **${line.word}** ${safe(line.text)} (event ${event.seq})`];
  });
}

function hypothesisLine(one: IncidentDetail['hypotheses'][number]): string {
  const against = one.against.length === 0 ? 'none' : one.against.join(' ');
  return `- ${one.id} \`${one.code}\` ${safe(one.title)}: ${one.strength}; for ${one.for.join(' ') || 'none'}, against ${against}`;
}

function evidenceLine(one: IncidentDetail['evidence'][number]): string {
  return `- ${one.id} (${one.trust}, ${code(one.source)}) ${safe(one.sentence)}`;
}

function planLines(plan: PlanView): readonly string[] {
  return plan.actions.flatMap((action) => [
    `- ${action.id} ${action.name} ${safe(action.summary ?? '')} on ${safe(shownRef(action.target))}, led by ${safe(plan.leader)}${plan.undoOf === null ? '' : `, undo of ${plan.undoOf}`}`,
    `  - Verdict: ${action.verdict === null ? 'not judged' : `${action.wouldBe ? 'would be ' : ''}${action.verdict}`}, ${action.risk ?? 'unknown'} risk${plan.approval === null ? '' : `, ${plan.approval}`}`,
    ...action.rulings
      .filter((one) => one.word !== 'allow')
      .map((one) => `  - ${one.rule} ${one.word}: ${safe(one.reason)}`),
    `  - Outcome: ${action.outcome === null ? 'none' : `${action.outcome.word}${action.outcome.undone ? ' (undone)' : ''}, ${safe(action.outcome.sentence)}`}`,
  ]);
}

const call = z.object({
  kind: z.enum(['leader.consulted', 'leader.called']),
  promptTokens: z.number().optional(),
  completionTokens: z.number().optional(),
  servedModel: z.string().optional(),
});

function costLines(incident: IncidentDetail): readonly string[] {
  const calls = incident.keyEvents.flatMap(({ body }) => call.safeParse(body).data ?? []);
  // A consultation adds its calls up; where they are told one by one, they are counted there.
  const single = calls.filter((one) => one.kind === 'leader.called');
  const counted = single.length > 0 ? single : calls;
  if (counted.length === 0) return ['No model was asked.'];
  const sum = (of: (one: (typeof counted)[number]) => number | undefined): number =>
    counted.reduce((total, one) => total + (of(one) ?? 0), 0);
  const models = [...new Set(counted.flatMap((one) => one.servedModel ?? []))].toSorted();
  return [
    `${counted.length} ${counted.length === 1 ? 'call' : 'calls'} of a model${models.length === 0 ? '' : ` (${models.map(safe).join(', ')})`}: ${sum((one) => one.promptTokens)} tokens asked, ${sum((one) => one.completionTokens)} answered.`,
  ];
}

function cited(cites: readonly string[]): string {
  return cites.length === 0 ? '' : ` [${cites.join(', ')}]`;
}

/** Text of others in Markdown: one line, nothing that formats, links or embeds. */
function safe(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>|~!]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replaceAll(/\bwww\./gi, 'www&#46;')
    .trim();
}

function code(text: string): string {
  return `\`${text.replaceAll(/[`\p{Cc}\p{Cf}]/gu, '')}\``;
}

// `demo`: six acts on a simulated cluster, played in this process; then it stays up until it is told to end.
import { join, relative } from 'node:path';
import { openIncidents } from '../folds/lookup.ts';
import { exitCodes } from '../model/failure.ts';
import { shownRef } from '../model/target.ts';
import { acts } from '../sandbox/story/acts.ts';
import { goOn, partsOf, play, type Ended, type Part, type PlayerPorts } from '../sandbox/story/player.ts';
import { demoSeconds, openStage, type Stage } from '../sandbox/story/stage.ts';
import { writeTamperedCopy } from '../sandbox/story/tampered-copy.ts';
import { createTeller } from '../sandbox/story/telling.ts';
import { headlineOf } from '../server/overview.ts';
import { nextSteps } from './demo-next-steps.ts';
import { demoOptions, type DemoOptions } from './demo-options.ts';
import { actLines, firstBlock, hintLine, openLines, summaryLines, transitionLines } from './demo-text.ts';
import { progressOf } from './progress.ts';
import { type Verb, type VerbContext } from './verb.ts';
import { programVersion } from './version.ts';

/** How long act 3 waits for a person, seconds at speed 1. */
const approvalS = 180;
/** About how long the last act takes. */
const lastActS = 60;

type Wanted = DemoOptions & { readonly parts: readonly Part[] };

export const demo: Verb<Readonly<Record<string, unknown>>> = async (context, options) => {
  const asked = demoOptions(options);
  const wanted = { ...asked, parts: partsOf(asked.act) };
  const folder = join(context.io.folder, '.demo');
  const command = context.io.invokedAs === 'advisor' ? 'npx advisor' : context.io.invokedAs;
  const progress = progressOf(context, 'demo');
  const stage = await openStage({
    folder,
    home: context.io.folder,
    env: context.io.env,
    ...(wanted.seed === null ? {} : { seed: wanted.seed }),
    port: wanted.port,
    headless: wanted.headless,
    approvalMs: (approvalS * 1_000) / wanted.speed,
    version: programVersion(),
    wall: context.clock,
    pid: process.pid,
    signal: context.signal,
    onEvent: printer(context, wanted, command),
    onProgress: (text) => progress.say(text),
  }).finally(() => progress.end());
  const say = (lines: readonly string[]): void => context.out(lines.map((line) => `${line}\n`).join(''));
  try {
    say(firstBlock(aboutOf(stage, wanted, folder, context.io.folder), context.terminal.width));
    stage.start();
    const ports = portsOf(stage, wanted, context, say);
    const ended = await play(wanted.parts, ports);
    const rows = ended.map((one) => rowOf(one, stage.modelLeads));
    say(['', ...summaryLines(rows, context.terminal)]);
    const state = stage.advisor.state();
    const open = openIncidents(state).map((one) => ({ ...one, subject: shownRef(one.root) }));
    say(['', headlineOf(state, false), ...openLines(open, command, context.terminal.width)]);
    const tampered = await writeTamperedCopy(folder, stage.folder.tampered);
    say([
      '',
      ...nextSteps(
        {
          command,
          tampered,
          stays: !wanted.exits,
          incident: open[0]?.id ?? [...state.incidents.keys()].at(-1) ?? null,
        },
        context.terminal.width,
      ),
    ]);
    if (!wanted.exits) await goOn(ports);
    return rows.every((one) => one.asAnnounced) ? exitCodes.done : exitCodes.no;
  } catch (error) {
    if (!context.signal.aborted) throw error;
    context.note(`\nThe cluster is gone. The journal is kept: ${command} incidents --state all --journal .demo\n`);
    return context.signal.reason === 'SIGTERM' ? 143 : 130;
  } finally {
    await stage.close(context.signal.aborted ? 'terminated' : 'the demo is over');
  }
};

function aboutOf(stage: Stage, wanted: Wanted, folder: string, from: string): Parameters<typeof firstBlock>[0] {
  const { about } = stage.advisor;
  const near = (path: string): string => `./${relative(from, path)}`;
  const waits = wanted.parts.some((part) => part.act.number === 3);
  return {
    cluster: stage.cluster,
    readyMs: stage.took.clusterMs,
    learningMs: stage.took.learningMs,
    signals: about.learned,
    leader: stage.modelLeads ? `${about.leader} · leads acts 2 to 5` : about.leader,
    url: about.url,
    taken: new URL(about.url).port === String(wanted.port) ? null : wanted.port,
    tokenFile: near(about.tokenFile),
    kubeconfig: near(join(folder, 'kubeconfig')),
    speed: wanted.speed,
    acts: wanted.parts.length,
    seconds: (Math.max(...wanted.parts.map((part) => part.startsAtS)) + lastActS) / wanted.speed,
    decides: !waits ? null : wanted.headless ? 'scripted-approver' : 'you',
  };
}

function portsOf(
  stage: Stage,
  { speed }: Wanted,
  context: VerbContext,
  say: (lines: readonly string[]) => void,
): PlayerPorts {
  return {
    speed,
    wall: context.clock,
    signal: context.signal,
    step: async () => await stage.step(),
    inject: async (act) => await stage.inject(act.number),
    seen: () => stage.seen(),
    decide: stage.decide,
    onBegin: ({ act }) =>
      say([
        ...actLines(act, acts.length, context.terminal),
        ...(act.ledBy === null || stage.modelLeads ? [] : [hintLine(act.ledBy)]),
      ]),
  };
}

function printer(context: VerbContext, wanted: Wanted, command: string): Parameters<typeof openStage>[0]['onEvent'] {
  const tell = createTeller(wanted.parts, command);
  return (event, state) => {
    const told = tell(event, state);
    if (told === null) return;
    const lines = transitionLines({ ...told, atS: demoSeconds(event.atMs) }, context.terminal);
    if (told.asks !== undefined)
      lines.push(
        hintLine(
          wanted.headless
            ? 'nobody watches: scripted-approver decides, and the journal says so'
            : `this one is yours: ${command} approve ${told.asks}   (within ${withinWords(approvalS / wanted.speed)})`,
        ),
      );
    context.out(`${lines.join('\n')}\n`);
  };
}

function withinWords(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function rowOf({ act, word, event }: Ended, modelLeads: boolean): Parameters<typeof summaryLines>[0][number] {
  const expected = act.announced;
  return {
    act: act.number,
    title: act.title,
    expected,
    happened: word,
    event,
    asAnnounced: [...expected, ...(modelLeads ? act.announcedOfModel : [])].includes(word),
  };
}

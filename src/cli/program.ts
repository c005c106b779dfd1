// The command line: reads the verb and its flags, runs it, and turns every failure into three lines and an exit code.
import { basename } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { wallClock, type Clock } from '../clock.ts';
import { exitCodes, Failure } from '../model/failure.ts';
import { failureLines } from './failure-lines.ts';
import type { Io } from './terminal.ts';
import { usage, verbContext, type GlobalFlags } from './verb.ts';
import { globalOptions, verbs, type VerbEntry } from './verbs.ts';

/** Runs one command line (without node and script) and resolves with the exit code. The configuration is read only when a verb runs. */
export async function main(
  args: readonly string[],
  io: Io,
  signal: AbortSignal,
  clock: Clock = wallClock(),
): Promise<number> {
  const typed = (text: string): string => asTyped(text, io.invokedAs);
  let exitCode: number = exitCodes.done;
  const program = new Command(io.invokedAs)
    .description('Watches a Kubernetes cluster, repairs what the mode allows, and shows why.')
    .helpCommand('help [verb]', 'what a verb does')
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true);
  for (const option of globalOptions)
    program.addOption(new Option(option.flags, option.about).helpGroup('Global options:'));
  const nouns = new Map<string, Command>();
  for (const entry of verbs) {
    const command = addVerb(program, nouns, entry);
    command.action(async (...given: unknown[]) => {
      const { readConfig } = await import('../config/config.ts');
      const surroundings = { io, signal, clock, readConfig, typed };
      const context = verbContext(surroundings, command.optsWithGlobals<GlobalFlags>(), entry.forms);
      const verb = await entry.load();
      exitCode = await verb(
        context,
        command.opts(),
        given.filter((one): one is string => typeof one === 'string'),
      );
    });
  }
  program.argument('[verb]').action((verb: unknown) => {
    if (typeof verb === 'string') throw unknownVerb(verb, io);
    io.stdout.write(overview(io.invokedAs));
  });
  program.helpInformation = () => overview(io.invokedAs);
  quietExits(program, io);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    if (signal.aborted) return interruptedCode(signal);
    const shown = failureLines(error instanceof CommanderError ? asUsage(error, io) : error, {
      asJson: wantsJson(args),
      verbose: args.includes('-v') || args.includes('--verbose'),
      typed,
    });
    io.stderr.write(shown.text);
    return shown.exitCode;
  }
}

/** The form that was typed: "kubectl advisor" for the kubectl plugin, "nemotron-advisor" for an installed package, else "advisor". */
export function invokedAs(script: string | undefined): string {
  const name = basename(script ?? '');
  if (name.startsWith('kubectl-advisor')) return 'kubectl advisor';
  return name.startsWith('nemotron-advisor') ? 'nemotron-advisor' : 'advisor';
}

/** Commands in messages are written as `advisor VERB`; this makes them what the person typed. */
function asTyped(text: string, form: string): string {
  return form === 'advisor' ? text : text.replaceAll(advisorVerb, `${form} `);
}

const verbWords = [...new Set(verbs.map((one) => one.name.split(' ')[0] ?? '')), 'help'].join('|');
const advisorVerb = new RegExp(`(?<!(?:the|an|no|kubectl) )(?<![\\w/-])advisor (?=(?:${verbWords})\\b)`, 'g');

/** The last -o of the line decides the form of an error too; it may not have been parsed yet. */
function wantsJson(args: readonly string[]): boolean {
  const forms = args.flatMap((one, at) => {
    if (one === '-o' || one === '--output') return [args[at + 1] ?? ''];
    if (one.startsWith('--output=')) return [one.slice('--output='.length)];
    return /^-o=?\w/.test(one) ? [one.slice(2).replace(/^=/, '')] : [];
  });
  return ['json', 'jsonl'].includes(forms.at(-1) ?? '');
}

function addVerb(program: Command, nouns: Map<string, Command>, entry: VerbEntry): Command {
  const [noun = '', verb] = entry.name.split(' ');
  let parent = program;
  if (verb !== undefined) {
    parent = nouns.get(noun) ?? program.command(noun).description(entry.about);
    nouns.set(noun, parent);
  }
  const command = parent
    .command(`${verb ?? noun}${entry.args === '' ? '' : ` ${entry.args}`}`)
    .description(entry.about);
  for (const option of entry.options) command.option(option.flags, option.about);
  return command;
}

function quietExits(program: Command, io: Io): void {
  for (const command of [program, ...program.commands, ...program.commands.flatMap((one) => one.commands)]) {
    command.exitOverride().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
    });
  }
}

/** The first page of help: verbs first, since a person looks for a verb. */
function overview(name: string): string {
  const rows = (items: readonly (readonly [string, string])[]): string[] =>
    items.map(([left, right]) => `  ${left.padEnd(28)} ${right}`);
  return [
    `Usage: ${name} <verb> [flags]`,
    '',
    'Watches a Kubernetes cluster, repairs what the mode allows, and shows why.',
    '',
    'Verbs:',
    ...rows(verbs.map((one) => [`${one.name} ${one.args}`.trim(), one.about])),
    '',
    'Flags of every verb:',
    ...rows(globalOptions.map((one) => [one.flags, one.about])),
    '',
    `${name} help <verb> shows its own flags. ${name} demo needs no cluster.`,
    '',
  ].join('\n');
}

function unknownVerb(verb: string, io: Io): Failure {
  const known = verbs.map((one) => one.name);
  const near = known.find((one) => one.startsWith(verb.slice(0, 3)));
  return usage(
    `there is no verb "${verb}"`,
    near === undefined
      ? `the verbs are ${known.slice(0, 6).join(', ')} and ${known.length - 6} more`
      : `did you mean ${near}?`,
    `${io.invokedAs} help`,
  );
}

function asUsage(error: CommanderError, io: Io): Failure {
  const [what = 'the command line cannot be read', hint] = error.message.replace(/^error: /, '').split('\n');
  return usage(what, hint ?? 'it is not one of the verbs and flags of this program', `${io.invokedAs} help`);
}

function interruptedCode(signal: AbortSignal): number {
  return signal.reason === 'SIGTERM' ? 143 : 130;
}

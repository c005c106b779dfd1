// The verbs of the command line in the order in which help shows them; each loads its own file only when it is called.
import type { Verb } from './verb.ts';

export type VerbOption = { readonly flags: string; readonly about: string };
export type VerbEntry = {
  /** One word, or two for a verb with a noun: "audit verify". */
  readonly name: string;
  readonly args: string;
  readonly about: string;
  readonly options: readonly VerbOption[];
  /** Output forms beside those of every verb. */
  readonly forms?: readonly 'html'[];
  readonly load: () => Promise<Verb<Readonly<Record<string, unknown>>>>;
};

export const globalOptions: readonly VerbOption[] = [
  { flags: '-n, --namespace <name>', about: 'narrow to one namespace' },
  { flags: '-A, --all-namespaces', about: 'all namespaces that you may read' },
  { flags: '-l, --selector <labels>', about: 'narrow to workloads with these labels' },
  { flags: '--context <name>', about: 'context of the kubeconfig' },
  { flags: '--kubeconfig <file>', about: 'kubeconfig to use' },
  { flags: '--request-timeout <duration>', about: 'how long one request may take' },
  { flags: '-o, --output <form>', about: 'table, wide, json, yaml, name or jsonl' },
  { flags: '-w, --watch', about: 'go on and show what changes' },
  { flags: '--server <url>', about: 'a running advisor (default: the local one)' },
  { flags: '--token-file <file>', about: 'token for that advisor' },
  { flags: '--journal <file>', about: 'read a journal file, no advisor needed' },
  { flags: '--since <duration>', about: 'how far back to look' },
  { flags: '--limit <n>', about: 'at most so many items' },
  { flags: '--wait <duration>', about: 'how long to follow (0: not at all)' },
  { flags: '--no-input', about: 'never ask; fail instead' },
  { flags: '--color <when>', about: 'auto, always or never' },
  { flags: '-q, --quiet', about: 'print the answer only' },
  { flags: '-v, --verbose', about: 'print causes of an error' },
];

export const verbs: readonly VerbEntry[] = [
  {
    name: 'run',
    args: '',
    about: 'watch, plan, act as far as the mode allows',
    options: [
      { flags: '--mode <mode>', about: 'observe, suggest, approve or auto (default: suggest)' },
      { flags: '--once', about: 'one cycle, then exit' },
      { flags: '--for <duration>', about: 'end by itself after this long' },
      { flags: '--fail-on <severity>', about: 'with --once: exit 3 at this severity or above' },
      { flags: '--listen <address>', about: 'loopback address of the API (default: 127.0.0.1:7575)' },
      { flags: '--data <folder>', about: 'where the journal lives' },
      { flags: '--policy <folder>', about: 'policies to load' },
      { flags: '--log <form>', about: 'text or json' },
    ],
    load: async () => (await import('./run.ts')).run,
  },
  {
    name: 'scan',
    args: '',
    about: 'look once and say what is wrong; changes nothing',
    options: [
      { flags: '--fail-on <severity>', about: 'exit 3 when an incident is this severe: none, info, warning, critical' },
      { flags: '--require <sources>', about: 'exit 4 when one of these cannot be read: metrics, logs' },
      { flags: '--from <folder>', about: 'a snapshot folder instead of a cluster' },
    ],
    load: async () => (await import('./scan.ts')).scan,
  },
  {
    name: 'demo',
    args: '',
    about: 'six things happen to a simulated cluster',
    options: [
      { flags: '--speed <n>', about: '1 to 50 (default: 1)' },
      { flags: '--act <n>', about: 'all, or one of 1 to 6' },
      { flags: '--seed <n>', about: 'another, repeatable world' },
      { flags: '--port <n>', about: 'port of the API (default: the first free one from 7575)' },
      { flags: '--headless', about: 'nobody watches: act 3 is decided by scripted-approver' },
      { flags: '--exit', about: 'end after act 6' },
    ],
    load: async () => (await import('./demo.ts')).demo,
  },
  {
    name: 'incidents',
    args: '',
    about: 'list incidents of a running advisor or a journal',
    options: [
      { flags: '--state <state>', about: 'open, waiting, closed or all (default: open)' },
      { flags: '--severity <severity>', about: 'critical, warning or info' },
      { flags: '--code <code>', about: 'only this cause, e.g. WL-001' },
    ],
    load: async () => (await import('./incidents.ts')).incidents,
  },
  {
    name: 'show',
    args: '<id>',
    about: 'an incident, plan or approval in full',
    options: [
      { flags: '--section <sections>', about: 'why, plan, rulings, outcome, events' },
      { flags: '--at <seq>', about: 'as of this event, or this time' },
    ],
    load: async () => (await import('./show.ts')).show,
  },
  {
    name: 'explain',
    args: '<id|code>',
    about: 'an incident in plain words, or what a code is',
    options: [{ flags: '--report', about: 'the report of the incident, as Markdown' }],
    load: async () => (await import('./explain.ts')).explain,
  },
  {
    name: 'ask',
    args: '<question>',
    about: 'a question, answered out of cited facts',
    options: [{ flags: '--incident <id>', about: 'about this incident' }],
    load: async () => (await import('./ask.ts')).ask,
  },
  {
    name: 'approve',
    args: '<approval>',
    about: 'approve a plan that waits, after showing it',
    options: [
      { flags: '--digest <hex>', about: 'digest of what you read (needed without a terminal)' },
      { flags: '--reason <text>', about: 'why (needed without a terminal)' },
      { flags: '--yes', about: 'do not ask' },
    ],
    load: async () => (await import('./approve.ts')).approve,
  },
  {
    name: 'deny',
    args: '<approval>',
    about: 'refuse a plan that waits, and say why',
    options: [
      {
        flags: '--because <code>',
        about: 'wrong-cause, wrong-action, not-now, by-hand, not-a-problem or owner-elsewhere',
      },
      { flags: '--reason <text>', about: 'in your words' },
    ],
    load: async () => (await import('./deny.ts')).deny,
  },
  {
    name: 'undo',
    args: '<plan>',
    about: 'take a written plan or action back',
    options: [
      { flags: '--reason <text>', about: 'why' },
      { flags: '--yes', about: 'do not ask' },
      { flags: '--digest <hex>', about: 'digest of what you read (needed without a terminal)' },
      { flags: '--dry-run', about: 'show the undo, ask nothing, record nothing' },
    ],
    load: async () => (await import('./undo.ts')).undo,
  },
  {
    name: 'stop',
    args: '',
    about: 'no new write from now on; asks nothing',
    options: [{ flags: '--reason <text>', about: 'why' }],
    load: async () => (await import('./stop.ts')).stop,
  },
  {
    name: 'resume',
    args: '',
    about: 'let actions run again; held plans are judged anew',
    options: [
      { flags: '--reason <text>', about: 'why (required)' },
      { flags: '--yes', about: 'do not ask' },
    ],
    load: async () => (await import('./resume.ts')).resume,
  },
  {
    name: 'audit verify',
    args: '',
    about: 'prove that no event was altered',
    options: [{ flags: '--from <file>', about: 'a journal file or an exported copy' }],
    load: async () => (await import('./audit-verify.ts')).auditVerify,
  },
  {
    name: 'snapshot',
    args: '',
    about: 'write what can be seen to a folder; no Secrets',
    options: [
      { flags: '--out <folder>', about: 'folder to write (must not exist or be empty)' },
      { flags: '--logs <how>', about: 'none, tail or whole (default: none)' },
    ],
    load: async () => (await import('./snapshot.ts')).snapshot,
  },
  {
    name: 'backtest',
    args: '',
    about: 'what would have been found in past metrics',
    options: [
      { flags: '--prometheus <url>', about: 'server with the history (default: the configured one)' },
      { flags: '--until <time>', about: 'end of the history, such as 2026-01-05T14:00:00Z (default: now)' },
      { flags: '--step <duration>', about: 'one cycle of detection, 15s to 10m (default: 60s)' },
      { flags: '--out <file>', about: 'write the report to a file; -o html makes it a page with charts' },
    ],
    forms: ['html'],
    load: async () => (await import('./backtest.ts')).backtest,
  },
  {
    name: 'detect',
    args: '<path>',
    about: 'say what stands out in CSV files of numbers',
    options: [
      { flags: '--scores <folder>', about: 'write a score for every row below this folder' },
      { flags: '--step <duration>', about: 'time between rows (default: auto)' },
      { flags: '--name <name>', about: 'name of the detector in score files (default: advisor)' },
      { flags: '--findings <file>', about: 'write what stands out as JSON lines' },
    ],
    load: async () => (await import('./detect.ts')).detect,
  },
  {
    name: 'doctor',
    args: '',
    about: 'what is missing and what that costs',
    options: [
      { flags: '--rbac', about: 'print the missing rules of a ClusterRole as YAML' },
      { flags: '--mode <mode>', about: 'the mode to check for (default: the configured one)' },
    ],
    load: async () => (await import('./doctor.ts')).doctor,
  },
  {
    name: 'version',
    args: '',
    about: 'versions of program and running advisor',
    options: [{ flags: '--client', about: 'only this program' }],
    load: async () => (await import('./version.ts')).version,
  },
];

// What `demo` prints: the first block, the title of each act, one line for each transition, and the summary; pure text for a terminal or a pipe.
import { table, wrap } from './table.ts';
import { plain, type Terminal } from './terminal.ts';

const clusterSecondsPerSecond = 30;

export type Shown = Pick<Terminal, 'shown' | 'width' | 'ascii'>;

export type FirstBlock = {
  readonly cluster: { readonly namespaces: number; readonly workloads: number; readonly nodes: number };
  readonly readyMs: number;
  readonly learningMs: number;
  readonly signals: number;
  readonly leader: string;
  readonly url: string;
  /** The port that was asked for, when it is taken. */
  readonly taken: number | null;
  readonly tokenFile: string;
  readonly kubeconfig: string;
  readonly speed: number;
  /** Acts to come, and about how many seconds they take at this speed. */
  readonly acts: number;
  readonly seconds: number;
  /** Who decides act 3, when it is played. */
  readonly decides: 'you' | 'scripted-approver' | null;
};

export function firstBlock(about: FirstBlock, width: number): string[] {
  const { namespaces, workloads, nodes } = about.cluster;
  const row = (label: string, text: string): string[] =>
    wrap(text, width - 13).map((line, at) => `  ${(at === 0 ? label : '').padEnd(10)} ${line}`);
  const slower = about.speed === 1 ? '' : '; times below are those of speed 1';
  const taken = about.taken === null ? '' : `${about.taken} is busy; `;
  return [
    'advisor demo · simulated cluster, nothing real is touched',
    ...row(
      'cluster',
      `${namespaces} namespaces, ${workloads} workloads, ${nodes} nodes, ready in ${seconds(about.readyMs)}`,
    ),
    ...row('history', `8 days learned in ${seconds(about.learningMs)} (usual values for ${about.signals} signals)`),
    ...row('leader', about.leader),
    ...row('api', `${about.url} (${taken}token in ${about.tokenFile})`),
    ...row('kubectl', `export KUBECONFIG=${about.kubeconfig} (works on this cluster)`),
    ...row('time', `${spoken(clusterSecondsPerSecond * about.speed)} pass there each second${slower}`),
    ...wrap(
      `${about.acts === 1 ? 'One thing' : `${numberWord(about.acts)} things`} will happen in the next ${spoken(about.seconds)}.${decides(about)} Ctrl-C ends it.`,
      width,
    ),
  ];
}

export type ActTitle = { readonly number: number; readonly title: string; readonly ribbon: string };

/** On a terminal a rule carries the title; in a pipe the title stands alone. */
export function actLines(act: ActTitle, of: number, terminal: Shown): string[] {
  const title = `act ${act.number} of ${of} · ${act.title}`;
  return [...ruled(title, terminal), `       ${act.ribbon}`];
}

export type TransitionText = {
  readonly atS: number;
  readonly incident: string;
  readonly word: string;
  /** `shop/deploy/checkout`. */
  readonly subject: string;
  readonly text: string;
};

/** Columns of time, incident and word, workload, text; a long text goes on below itself. */
export function transitionLines(line: TransitionText, terminal: Shown): string[] {
  const who = [line.incident, line.word].filter((one) => one !== '').join(' ');
  const start = `${minutes(line.atS)}  ${who.padEnd(23)}  ${shortRef(line.subject).padEnd(14)}  `;
  const room = Math.max(24, terminal.width - start.length);
  const [first = '', ...rest] = wrap(plain(line.text), room);
  return [start + first, ...rest.map((one) => ' '.repeat(start.length) + one)];
}

export function hintLine(text: string): string {
  return `       ${text}`;
}

export type SummaryRow = {
  readonly act: number;
  readonly title: string;
  readonly expected: readonly string[];
  readonly happened: string;
  readonly event: number | null;
  readonly asAnnounced: boolean;
};

export function summaryLines(rows: readonly SummaryRow[], terminal: Shown): string[] {
  const columns = [{ title: 'ACT' }, { title: 'EXPECTED', cut: true }, { title: 'HAPPENED' }, { title: 'EVENT' }];
  const cells = rows.map((one) => [
    `${one.act} ${one.title}`,
    one.expected.join(', '),
    one.asAnnounced ? one.happened : `${one.happened} (not as announced)`,
    one.event === null ? '-' : String(one.event),
  ]);
  return [...ruled('that was it', terminal), ...table(columns, cells, terminal.width)];
}

export type OpenIncident = { readonly id: string; readonly subject: string; readonly title: string };

export function openLines(open: readonly OpenIncident[], command: string, width: number): string[] {
  return commandLines(
    open.map((one) => [`${one.id}  ${shortRef(one.subject)}  ${plain(one.title)}`, `${command} show ${one.id}`]),
    width,
  );
}

/** A column of commands with what each is for. */
export function commandLines(rows: readonly (readonly [command: string, about: string])[], width: number): string[] {
  const fits = ([command, about]: readonly [string, string]): boolean => command.length + about.length + 4 <= width;
  const column = Math.max(0, ...rows.filter(fits).map(([command]) => command.length));
  return rows.flatMap((row) => {
    const [command, about] = row;
    const aligned = `  ${command.padEnd(column)}  ${about}`;
    if (aligned.length <= width) return [aligned];
    return fits(row) ? [`  ${command}  ${about}`] : [`  ${command}`, `      ${about}`];
  });
}

function ruled(title: string, terminal: Shown): string[] {
  if (!terminal.shown) return [title];
  const dash = terminal.ascii ? '-' : '─';
  const start = `${dash}${dash} ${title} `;
  return [start + dash.repeat(Math.max(2, Math.min(terminal.width, 90) - start.length))];
}

function decides({ decides: who }: FirstBlock): string {
  if (who === null) return '';
  return who === 'you' ? ' One waits for you.' : ' One waits for a person: scripted-approver decides.';
}

/** `shop/deploy/checkout` → `shop/checkout`. */
function shortRef(subject: string): string {
  const parts = subject.split('/');
  return parts.length === 3 ? `${parts[0]}/${parts[2]}` : subject;
}

/** "01:05". */
function minutes(atS: number): string {
  const whole = Math.max(0, Math.floor(atS));
  return `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function spoken(ofSeconds: number): string {
  return ofSeconds < 90 ? `${Math.ceil(ofSeconds)} s` : `${Math.ceil(ofSeconds / 60)} min`;
}

function numberWord(count: number): string {
  return ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'][count] ?? String(count);
}

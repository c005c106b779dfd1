// One life of the advisor in a process of its own: it is started, stepped, listened to, and killed without warning.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { word, type Order, type Word } from './messages.ts';

export type Begin = Omit<Extract<Order, { kind: 'begin' }>, 'kind'>;
type Door = { readonly url: string; readonly token: string };

export interface Killable {
  /** Null once it is dead. */
  door(): Door | null;
  isAlive(): boolean;
  /** Resolves when it may act, or is dead. */
  mayAct(): Promise<void>;
  /** Resolves when it has come to rest, or is dead. */
  step(nowMs: number, version: string): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** An orderly end; rejects when it does not come. */
  end(): Promise<void>;
}

const entry = fileURLToPath(new URL('advisor-process.ts', import.meta.url));
const endMs = 20_000;

/** `onBorn` has it before it starts. Resolves when it has started or was killed on the way; rejects when it failed by itself. */
export async function startKillable(
  begin: Begin,
  onRecorded: (event: string) => void = () => undefined,
  onBorn: (born: Killable) => void = () => undefined,
): Promise<Killable> {
  const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: [] });
  const waiting = new Set<(word: Word | null) => void>();
  let door: Door | null = null;
  let acts = false;
  let alive = true;
  let isMeantToEnd = false;
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => {
      alive = false;
      door = null;
      for (const tell of waiting) tell(null);
      resolve();
    });
  });
  child.on('message', (message) => {
    const heard = word.parse(message);
    if (heard.kind === 'started') door = { url: heard.url, token: heard.token };
    if ((heard.kind === 'started' && heard.acts) || (heard.kind === 'recorded' && heard.event === 'lease.acquired'))
      acts = true;
    if (heard.kind === 'recorded') onRecorded(heard.event);
    for (const tell of waiting) tell(heard);
  });
  /** Null when it died instead. */
  const hear = async (isIt: (word: Word) => boolean): Promise<Word | null> =>
    await new Promise((resolve, reject) => {
      const tell = (heard: Word | null): void => {
        if (heard !== null && heard.kind !== 'failed' && !isIt(heard)) return;
        waiting.delete(tell);
        if (heard?.kind === 'failed') reject(new Error(`the advisor failed: ${heard.text}\n${said}`));
        else if (heard === null && !isMeantToEnd) reject(new Error(`the advisor died by itself\n${said}`));
        else resolve(heard);
      };
      waiting.add(tell);
      if (!alive) tell(null);
    });
  const send = (order: Order): void => {
    // A message to a process that has just died is no fault.
    if (child.connected) child.send(order, () => undefined);
  };
  const kill = async (): Promise<void> => {
    isMeantToEnd = true;
    if (alive) child.kill('SIGKILL');
    await exited;
  };
  const born: Killable = {
    door: () => door,
    isAlive: () => alive,
    async mayAct() {
      if (!acts) await hear(() => acts);
    },
    async step(nowMs, version) {
      const rested = hear((heard) => heard.kind === 'rested' && heard.nowMs === nowMs);
      send({ kind: 'step', nowMs, version });
      await rested;
    },
    kill,
    async end() {
      isMeantToEnd = true;
      send({ kind: 'end' });
      const late = setTimeout(() => child.kill('SIGKILL'), endMs);
      await exited;
      clearTimeout(late);
      if (child.signalCode !== null) throw new Error(`the advisor did not end by itself\n${said}`);
    },
  };
  onBorn(born);
  const started = hear((heard) => heard.kind === 'started');
  send({ kind: 'begin', ...begin });
  try {
    await started;
  } catch (error) {
    await kill();
    throw error;
  }
  return born;
}

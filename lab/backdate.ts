// Makes objects look as old as the history says: an API server sets creation times itself, so they are moved where it keeps them.
import { z } from 'zod';

export type Backdating = {
  /** http://127.0.0.1:port of an etcd whose API server stores JSON. */
  readonly etcdUrl: string;
  /** Storage prefixes below `/registry/`, such as `deployments`. */
  readonly kinds: readonly string[];
  /** Times from here on are moved; earlier ones were set on purpose. */
  readonly fromMs: number;
  readonly byMs: number;
};

const value = z.object({ key: z.string(), value: z.string(), mod_revision: z.string() });
const range = z.object({ kvs: z.array(value).default([]) });
const transaction = z.object({ succeeded: z.boolean().default(false) });
const stamp = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z"/g;
const attempts = 20;

/** Moves every time stamp of the objects into the past; returns how many objects changed. Throws when one keeps changing meanwhile. */
export async function backdate(work: Backdating): Promise<number> {
  let changed = 0;
  for (const kind of work.kinds) {
    const prefix = `/registry/${kind}/`;
    const range_end = `${prefix.slice(0, -1)}0`;
    const found = range.parse(await post(work.etcdUrl, 'range', { key: base64(prefix), range_end: base64(range_end) }));
    for (const { key } of found.kvs) if (await moveOne(work, key)) changed += 1;
  }
  return changed;
}

/** The JSON text with all times from `fromMs` on moved back by `byMs`; fractions of a second stay. */
export function movedBack(json: string, fromMs: number, byMs: number): string {
  return json.replaceAll(stamp, (whole, seconds: string, fraction: string | undefined) => {
    const atMs = Date.parse(`${seconds}Z`);
    if (atMs < fromMs) return whole;
    return `"${new Date(atMs - byMs).toISOString().slice(0, 19)}${fraction ?? ''}Z"`;
  });
}

async function moveOne(work: Backdating, key: string): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const [entry] = range.parse(await post(work.etcdUrl, 'range', { key })).kvs;
    if (entry === undefined) return false;
    const before = Buffer.from(entry.value, 'base64').toString('utf8');
    const after = movedBack(before, work.fromMs, work.byMs);
    if (after === before) return false;
    const { succeeded } = transaction.parse(
      await post(work.etcdUrl, 'txn', {
        compare: [{ key, target: 'MOD', result: 'EQUAL', mod_revision: entry.mod_revision }],
        success: [{ request_put: { key, value: base64(after) } }],
      }),
    );
    if (succeeded) return true;
  }
  throw new Error(`${Buffer.from(key, 'base64').toString('utf8')} changes all the time and cannot be backdated`);
}

async function post(etcdUrl: string, verb: string, body: unknown): Promise<unknown> {
  const reply = await fetch(`${etcdUrl}/v3/kv/${verb}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!reply.ok) throw new Error(`etcd answered ${reply.status} to ${verb}: ${await reply.text()}`);
  return await reply.json();
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

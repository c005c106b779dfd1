// What a running advisor leaves for its owner: the operator token, new at each start, and the address where it listens.
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressFile, tokenFile, type Address } from '../model/door.ts';

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** 0600 in 0700; replaced in one step, so that a reader sees the old or the new one. Answers the path. */
export function writeToken(folder: string, token: string): string {
  return writePrivate(folder, tokenFile, `${token}\n`);
}

export function writeAddress(folder: string, address: Address): string {
  return writePrivate(folder, addressFile, `${JSON.stringify(address)}\n`);
}

/** Takes back what is no longer true when the server closes. */
export function removeDoorFiles(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { force: true });
}

function writePrivate(folder: string, name: string, content: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const path = join(folder, name);
  const fresh = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(fresh, content, { mode: 0o600, flag: 'wx' });
  renameSync(fresh, path);
  return path;
}

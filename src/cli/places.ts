// Where journals and running advisors are found on this machine.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';

/** The folder that holds one data folder for each cluster. */
export function stateFolder(config: Pick<Config, 'stateHome'>): string {
  return join(config.stateHome, 'nemotron-advisor');
}

/** Journal files of the configured data folder, or of all clusters, in the order of their names. */
export function journalFiles(config: Pick<Config, 'stateHome' | 'dataFolder'>): readonly string[] {
  const folders = config.dataFolder === undefined ? dataFolders(config) : [config.dataFolder];
  return folders.map((folder) => join(folder, 'journal.sqlite')).filter((path) => existsSync(path));
}

/** Data folders of all clusters that an advisor has watched from this machine. */
export function dataFolders(config: Pick<Config, 'stateHome'>): readonly string[] {
  const home = stateFolder(config);
  if (!existsSync(home)) return [];
  return readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(home, entry.name))
    .toSorted();
}

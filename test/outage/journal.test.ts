// The journal cannot be written: watching and the door go on, acting does not; with room again the work is taken up where it was.
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { journalFile } from '../../src/store/journal.ts';
import { verifyJournalFile } from '../../src/store/journal-reader.ts';
import { outageStage, type OutageStage } from './outage-stage.ts';

const ended = (stage: OutageStage) => (): boolean => stage.of('incident.resolved').length > 0;

describe.concurrent('the journal', () => {
  it('is locked by somebody: nothing is written, the door says so, and all goes on when it is free', async () => {
    const stage = await outageStage();
    try {
      await stage.quiet();
      const other = new DatabaseSync(join(stage.advisor.about.folder, journalFile));
      other.exec('begin immediate');
      await stage.sandbox.inject('incorrect-image');
      await stage.until(() => false, 8);
      expect([stage.landed(), stage.of('incident.opened')]).toEqual([[], []]);
      expect(await stage.ask('GET', '/incidents')).toMatchObject({
        complete: false,
        warnings: [{ code: 'journal-unwritable', cost: 'nothing is changed until it can' }],
      });
      other.exec('rollback');
      other.close();
      await stage.until(ended(stage));
      expect(stage.landed().map((one) => one.kind)).toEqual(['change']);
      expect(await stage.ask('GET', '/incidents')).toMatchObject({ complete: true });
    } finally {
      await stage.close();
    }
  });

  it('has no room left: nothing is written; a start with room takes up the same incident and repairs it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'advisor-full-'));
    const dataFolder = join(folder, 'data');
    try {
      const full = await outageStage({ dataFolder, journalBytes: 24 * 1024 });
      try {
        await full.quiet();
        await full.sandbox.inject('incorrect-image');
        await full.until(() => false, 12);
        expect(full.landed()).toEqual([]);
        expect(full.of('intent.recorded')).toEqual([]);
        expect(await full.ask('GET', '/incidents')).toMatchObject({ warnings: [{ code: 'journal-unwritable' }] });
      } finally {
        await full.close();
      }
      expect(await verifyJournalFile(dataFolder)).toMatchObject({ intact: true });
      const roomy = await outageStage({ dataFolder });
      try {
        await roomy.sandbox.inject('incorrect-image');
        await roomy.until(ended(roomy));
        expect(roomy.landed().map((one) => one.kind)).toEqual(['change']);
      } finally {
        await roomy.close();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

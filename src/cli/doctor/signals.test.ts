import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../../test/builders/folder.ts';
import { isLacking } from './item.ts';
import { signalsItems } from './signals.ts';

describe('signals of a user as the doctor sees them', () => {
  let folder: TestFolder;
  beforeEach(() => (folder = aFolder()));
  afterEach(() => folder.remove());
  const itemsOf = async (text: string) => {
    folder.write('signals.yaml', text);
    return await signalsItems({ signalsFile: join(folder.path, 'signals.yaml') });
  };

  it('are no line where nobody declared any', async () => {
    expect(await signalsItems({})).toEqual([]);
  });

  it('are counted', async () => {
    const entry = '{ name: a, query: x, of: { node: node }, unit: count, direction: up, floor: { absolute: 1 } }';
    const [item] = await itemsOf(`signals: [${entry}]`);
    expect(item).toMatchObject({ id: 'signals', state: 'ok', found: `1 in ${join(folder.path, 'signals.yaml')}` });
  });

  it('fail with the place of the mistake, and the mode lacks them', async () => {
    const [item] = await itemsOf('signals:\n  - name: a\n    query: rate(\n');
    expect(item).toMatchObject({ state: 'failed', costs: 'the advisor does not start with a broken file' });
    expect(item?.found).toMatch(/signals\.yaml:2:5: unit is missing; write one of cores, /);
    expect(item !== undefined && isLacking(item)).toBe(true);
  });
});

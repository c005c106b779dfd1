import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aFolder, type TestFolder } from '../../../test/builders/folder.ts';
import { isLacking } from './item.ts';
import { objectivesItems } from './objectives.ts';

describe('the file of objectives as the doctor sees it', () => {
  let folder: TestFolder;
  beforeEach(() => (folder = aFolder()));
  afterEach(() => folder.remove());
  const itemsOf = async (text: string) => {
    folder.write('slo.yaml', text);
    return await objectivesItems({ sloFile: join(folder.path, 'slo.yaml') });
  };

  it('is no line where nobody declared any', async () => {
    expect(await objectivesItems({})).toEqual([]);
  });

  it('is counted, and says who tells what is not measured', async () => {
    const [item] = await itemsOf('slos: [{ of: shop/Deployment/cart, availability: 99.9/30d, latency: 99@300ms/30d }]');
    expect(item).toMatchObject({ id: 'objectives', state: 'ok' });
    expect(item?.found).toBe(`2 in ${join(folder.path, 'slo.yaml')}; advisor scan names those that nothing measures`);
  });

  it('fails with the place of the mistake', async () => {
    const [item] = await itemsOf('slos:\n  - of: shop/Deployment/cart\n    cpu.usage: 95/30d\n');
    expect(item).toMatchObject({ state: 'failed', costs: 'the advisor does not start with a broken file' });
    expect(item?.found).toMatch(/^slo\.yaml:3: cpu\.usage has no number of events behind it/);
    expect(item !== undefined && isLacking(item)).toBe(true);
  });

  it('fails where it cannot be read', async () => {
    const [item] = await objectivesItems({ sloFile: join(folder.path, 'none.yaml') });
    expect(item).toMatchObject({ state: 'failed', found: 'ENOENT', fix: 'correct ADVISOR_SLO or remove it' });
  });
});

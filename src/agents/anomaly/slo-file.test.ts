import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../model/failure.ts';
import { parseSloFile, readSloFile } from './slo-file.ts';

const file = `# objectives of the shop
slos:
  - of: shop/Deployment/cart
    availability: 99.9/30d
    latency: 99@300ms/30d
  - of: shop/StatefulSet/orders
    availability: 99.5/28d
`;

describe('the file of objectives', () => {
  it('declares objectives of workloads, each with its line', () => {
    const { slos, problems } = parseSloFile('slo.yaml', file);
    expect(problems).toEqual([]);
    expect(slos.map((one) => [one.of.name, one.name, one.objective, one.from])).toEqual([
      ['cart', 'availability', 0.999, 'slo.yaml:4'],
      ['cart', 'latency@300ms', 0.99, 'slo.yaml:5'],
      ['orders', 'availability', 0.995, 'slo.yaml:7'],
    ]);
  });

  it('says nothing about an empty file', () => {
    expect(parseSloFile('slo.yaml', '')).toEqual({ slos: [], problems: [] });
  });

  it('leaves keys of others alone', () => {
    expect(parseSloFile('slo.yaml', `signals: []\n${file}`).problems).toEqual([]);
  });

  it.each([
    ['slos: [', /^slo\.yaml:1: it is not YAML; write slos/],
    ['- 1', /^slo\.yaml:1: the file is not a map/],
    ['signals: []', /^slo\.yaml:1: it has no key slos/],
    ['slos: 3', /^slo\.yaml:1: slos is not a list/],
    ['slos:\n  - cart', /^slo\.yaml:2: an entry must be a map/],
    ['slos:\n  - availability: 99/30d', /^slo\.yaml:2: of does not name one workload; write namespace\/Kind\/name/],
    ['slos:\n  - of: shop/cart\n    availability: 99/30d', /^slo\.yaml:2: of does not name one workload/],
    ['slos:\n  - of: shop/Deployment/cart', /^slo\.yaml:2: it declares nothing/],
    ['slos:\n  - of: shop/Deployment/cart\n    latency: 99/30d', /^slo\.yaml:3: latency needs the time/],
    ['slos:\n  - of: shop/Deployment/cart\n    availability: [1]', /^slo\.yaml:3: availability must be one line/],
    ['slos:\n  - of: shop/Deployment/cart\n    availability: 0.999', /^slo\.yaml:3: "0\.999" is no objective/],
    ['slos:\n  - of: shop/Deployment/cart\n    uptime: 99/30d', /^slo\.yaml:3: "uptime" names no signal/],
  ])('tells line and remedy of %j', (text, problem) => {
    expect(parseSloFile('slo.yaml', text).problems[0]).toMatch(problem);
  });

  it('tells every mistake, and where something is declared twice', () => {
    const twice = `${file}  - of: shop/Deployment/cart\n    availability: 99/30d\n  - of: nothing\n`;
    expect(parseSloFile('slo.yaml', twice).problems).toEqual([
      'slo.yaml:9: shop/Deployment/cart availability is declared in line 4 already; keep one',
      expect.stringMatching(/^slo\.yaml:10: of does not name/),
    ]);
  });

  it('is refused as a whole when a line is wrong, with the first line in the reason', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'advisor-slo-'));
    try {
      await writeFile(join(folder, 'slo.yaml'), 'slos:\n  - of: x\n  - of: y\n');
      const error: unknown = await readSloFile(join(folder, 'slo.yaml')).catch((thrown: unknown) => thrown);
      const problem = error instanceof Failure ? error.problem : null;
      expect(problem).toMatchObject({ code: 'slo-file-malformed', exitCode: 2 });
      expect(problem?.why).toMatch(/^slo\.yaml:2: of does not .*\(and 1 more\)$/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is refused when it is absent', async () => {
    await expect(readSloFile('/nowhere/slo.yaml')).rejects.toMatchObject({ problem: { why: 'ENOENT' } });
  });
});

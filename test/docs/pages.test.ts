import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { actions } from '../../src/actions/actions.ts';
import { parsePolicyFile } from '../../src/agents/guardian/policy-file.ts';
import { rules } from '../../src/agents/guardian/rules.ts';
import { parseSloFile } from '../../src/agents/anomaly/slo-file.ts';
import { catalogue } from '../../src/agents/metrics/catalogue.ts';
import { runLine } from '../../src/cli/testing/command-line.ts';
import { configKeys, describeKey, readConfig } from '../../src/config/config.ts';
import { causes } from '../../src/diagnosis/causes.ts';
import { leastChangeAnnotation } from '../../src/model/least-change.ts';
import { markAnnotation, mode, modeAnnotation, protectedAnnotation, stopConfigMap } from '../../src/model/mode.ts';
import { parseSlos, sloAnnotation } from '../../src/model/slo.ts';
import { privateAnnotation } from '../../src/orchestrator/private-names.ts';
import { faults } from '../../src/sandbox/faults/faults.ts';
import { problemOf } from './command.ts';
import { codeSpans, commands, fences, links, pages, prose, textOf } from './markdown.ts';

const all = pages();
const written = all.filter((path) => !/^docs\/(reference|api-behaviours)/.test(path));
const everything = written.map(textOf).join('\n');
const readme = textOf('README.md');

describe('every page', () => {
  it.each(all)('%s links to pages that exist', (path) => {
    const files = links(textOf(path)).filter((one) => !/^https?:/.test(one));
    const gone = files.filter((one) => !existsSync(join(dirname(path), one.split('#')[0] ?? '')));
    expect(gone).toEqual([]);
  });

  it.each(written)('%s tells people to type only what exists', (path) => {
    const typed = [
      ...commands(textOf(path)),
      ...codeSpans(textOf(path)).filter((one) => /^(npx )?advisor \w/.test(one)),
    ];
    const runs = codeSpans(textOf(path)).filter((one) => /^npm (run|test|ci)\b/.test(one));
    const problems = [...typed.filter((one) => one !== 'advisor help'), ...runs]
      .map(problemOf)
      .filter((one) => one !== null);
    expect(problems).toEqual([]);
  });

  it.each(written)('%s names only files of the repository', (path) => {
    const named = codeSpans(textOf(path)).filter((one) => /^(src|test|lab|scripts|bench|docs)\/[\w./-]+$/.test(one));
    expect(named.filter((one) => !existsSync(one))).toEqual([]);
  });

  it.each(written)('%s uses the words of the product', (path) => {
    const never =
      /\b(AI|smart|magic|intelligent\w*|heal|heals|healed|healing|healthy|oops|seamless\w*|blazing\w*|root cause)\b|!/g;
    expect(prose(textOf(path)).match(never) ?? []).toEqual([]);
  });
});

describe('names in the pages', () => {
  it('are environment variables that the program reads', () => {
    const known = [...configKeys().flatMap((key) => describeKey(key).env ?? []), 'NVIDIA_API_KEY', 'ADVISOR_CONFIG'];
    const named = everything.match(/\b(K8S|PROMETHEUS|NEMOTRON|NVIDIA|ADVISOR)_[A-Z_]+\b/g) ?? [];
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((one) => !known.includes(one))).toEqual([]);
  });

  it('are annotations and objects of the product', () => {
    const known = [
      modeAnnotation,
      protectedAnnotation,
      markAnnotation,
      sloAnnotation,
      leastChangeAnnotation,
      privateAnnotation,
    ];
    const named = everything.match(/nemotron-advisor\.dev\/[\w-]+/g) ?? [];
    expect(named.filter((one) => !known.includes(one))).toEqual([]);
    expect(everything.match(/create configmap (\S+)/)?.[1]).toBe(stopConfigMap);
  });

  it('are modes that exist where an annotation sets one', () => {
    const set = [...everything.matchAll(/dev\/mode=(\w+)/g)].map(([, value]) => value);
    expect(set.length).toBeGreaterThan(1);
    expect(set.filter((one) => !mode.safeParse(one).success)).toEqual([]);
  });

  it('are metrics that the catalogue reads', () => {
    const page = textOf('docs/reference/signals.md');
    const named = everything.match(/\bhttp_request\w+/g) ?? [];
    expect(named.filter((one) => !page.includes(one))).toEqual([]);
  });
});

describe('the page of objectives', () => {
  it('shows a file and an annotation that are read as they stand', () => {
    const [manifest = '', file = ''] = fences(textOf('docs/guide/slo.md')).map((one) => one.text);
    expect(parseSloFile('slo.yaml', file)).toMatchObject({ slos: { length: 3 }, problems: [] });
    const annotation = /slo: '(.*)'/.exec(manifest)?.[1] ?? '';
    expect(parseSlos(annotation)).toMatchObject({ slos: [{ name: 'availability' }, { name: 'latency@300ms' }] });
  });
});

describe('README', () => {
  it('shows a .env that the program reads as it stands', () => {
    const env = fences(readme).find((one) => one.language === 'dotenv')?.text ?? '';
    const config = readConfig({
      flags: {},
      env: { XDG_CONFIG_HOME: '/nowhere', ...parseEnv(env) },
      folder: '/nowhere',
    });
    expect(Object.keys(config.sources)).toHaveLength(Object.keys(parseEnv(env)).length);
  });

  it('counts causes and actions as they are', () => {
    const counted = /- (\w+) \[causes\]/.exec(readme)?.[1];
    expect([counted, /one of the (\w+) \[actions\]/.exec(readme)?.[1]]).toEqual(['Ten', 'five']);
    expect([causes.length, actions.length]).toEqual([10, 5]);
  });

  it.each(commands(readme).filter((one) => one.startsWith('npx advisor ')))('knows "%s" in its help', async (line) => {
    const [verb = '', noun = ''] = line.split(' ').slice(2);
    const name = verb === 'audit' ? [verb, noun] : [verb];
    const ran = await runLine([...name, '--help']);
    expect([ran.code, ran.err]).toEqual([0, '']);
    expect(ran.out).toContain(`advisor ${name.join(' ')}`);
  });
});

describe('the guide', () => {
  it('has a line for each guardian rule, in the order of the list, and for no other', () => {
    const lines = [...textOf('docs/guide/guardian.md').matchAll(/^\| (G\d\d) +\|/gm)].map(([, id]) => id);
    expect(lines).toEqual(rules.map((one) => one.id));
  });

  it('has a line for each action in the table of risks', () => {
    const page = textOf('docs/guide/modes-and-approvals.md');
    const rows = [...page.matchAll(/^\| ([a-z-]+) +\|/gm)].map(([, name]) => name);
    expect(actions.map((one) => one.name).filter((one) => !rows.includes(one))).toEqual([]);
  });

  it('shows a policy that loads', () => {
    const policy =
      fences(textOf('docs/guide/modes-and-approvals.md')).find((one) => one.language === 'yaml')?.text ?? '';
    expect(parsePolicyFile('sample.yaml', policy)).toMatchObject({ allows: [{}, {}], problems: [] });
  });

  it('lists the faults that can be brought about', () => {
    const names = codeSpans(textOf('docs/guide/lab.md'));
    expect(faults.map((one) => one.name).filter((one) => !names.includes(one))).toEqual([]);
  });
});

describe('the roadmap', () => {
  it('counts signals, causes, rules and actions as they are', () => {
    const page = textOf('docs/roadmap.md');
    expect([catalogue.length, causes.length, rules.length, actions.length]).toEqual([31, 10, 18, 5]);
    for (const words of ['31 signals', 'Ten causes', 'Eighteen guardian rules', 'Five actions'])
      expect(page).toContain(words);
  });
});

// The pages of docs that are made from the lists that the program and its tests themselves use.
import { configKeys, describeKey } from '../src/config/config.ts';
import { globalOptions, verbs } from '../src/cli/verbs.ts';
import { behavioursPage } from '../test/contract/behaviours.ts';
import { actionsPage, causesPage, exitCodesPage, metricsPage, rulesPage, signalsPage } from './code-pages.ts';
import { httpPage } from './http-page.ts';
import { code, generated, rows, sentence } from './page.ts';

/** File name below docs/reference and text of each page. */
export function referencePages(): readonly (readonly [string, string])[] {
  return [
    ['cli.md', cliPage()],
    ['configuration.md', configurationPage()],
    ['exit-codes.md', exitCodesPage()],
    ['http-api.md', httpPage()],
    ['actions.md', actionsPage()],
    ['rules.md', rulesPage()],
    ['causes.md', causesPage()],
    ['signals.md', signalsPage()],
    ['metrics.md', metricsPage()],
    ['../api-behaviours.md', behavioursPage()],
  ];
}

function cliPage(): string {
  const lines = ['# Command line', '', generated, ''];
  for (const verb of verbs) {
    lines.push(`## ${`advisor ${verb.name} ${verb.args}`.trim()}`, '', sentence(verb.about), '');
    if (verb.options.length > 0)
      lines.push(
        ...rows(
          ['Flag', 'Meaning'],
          verb.options.map((one) => [code(one.flags), one.about]),
        ),
        '',
      );
  }
  lines.push(
    '## Flags of every verb',
    '',
    ...rows(
      ['Flag', 'Meaning'],
      globalOptions.map((one) => [code(one.flags), one.about]),
    ),
    '',
  );
  return lines.join('\n');
}

function configurationPage(): string {
  const keys = configKeys().map((key) => {
    const { env, about } = describeKey(key);
    return [code(key), env === null ? '' : code(env), about];
  });
  return [
    '# Configuration',
    '',
    generated,
    '',
    'Each key is looked up as flag, environment, `.env` in the current folder, `config.yaml` (named by `ADVISOR_CONFIG`, else under `XDG_CONFIG_HOME/nemotron-advisor`), default; the first that is set counts.',
    '',
    ...rows(['Key', 'Environment', 'Meaning'], keys),
    '',
  ].join('\n');
}

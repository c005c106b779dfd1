// Reference pages of the product's closed lists: actions, rules, causes, signals, its own metrics and exit codes.
import { z } from 'zod';
import { actions } from '../src/actions/actions.ts';
import { rules } from '../src/agents/guardian/rules.ts';
import { catalogue } from '../src/agents/metrics/catalogue.ts';
import { labelNames, type Measure } from '../src/agents/metrics/measure.ts';
import { measures } from '../src/agents/metrics/measures.ts';
import { needsOf, type SignalDefinition } from '../src/agents/metrics/signal-definition.ts';
import { causes } from '../src/diagnosis/causes.ts';
import { isJsonObject, toJson, type Json, type JsonObject } from '../src/model/json.ts';
import { exitMeanings } from '../src/model/exit-meanings.ts';
import { createTelemetry } from '../src/telemetry/metrics.ts';
import { code, codes, page, rows } from './page.ts';

export function actionsPage(): string {
  return page(
    'Actions',
    'The closed catalogue: what is not on this page does not exist as an action. Each action is one file of `src/actions`; its risk is computed from the live target and the parameters, never given by a leader.',
    ...actions.flatMap((one) => [
      `## ${one.name}`,
      `${one.title.charAt(0).toUpperCase()}${one.title.slice(1)}.`,
      [
        `- Targets: ${one.targetKinds.join(', ')}`,
        `- Guard signals: ${codes(one.guards)}`,
        `- Rights: ${codes(one.rbac.map((right) => `${right.verb} ${right.resource}.${right.group}`))}`,
      ],
      parameterTable(toJson(z.toJSONSchema(one.params, { io: 'input' }))),
    ]),
  );
}

export function rulesPage(): string {
  return page(
    'Guardian rules',
    'All rules run on every action, in this order, and all of their words are recorded. Deny wins over ask, ask over allow; a rule that throws or lacks a fact denies.',
    rows(
      ['Rule', 'What it guards'],
      rules.map((one) => [code(one.id), one.about]),
    ),
  );
}

export function causesPage(): string {
  return page(
    'Causes',
    'The causes that this version knows, in the discriminating order: the first closed gate of a workload names the family. Windows are those by which the outcome of a repair is verified.',
    rows(
      ['Code', 'Cause', 'Shown as', 'Gate', 'Verified by', 'Seen by metrics alone'],
      causes.map((one) => [
        code(one.code),
        code(one.cause),
        one.title,
        String(one.gate),
        one.verify.join(', '),
        one.metricOnly ? 'yes' : 'no',
      ]),
    ),
  );
}

export function signalsPage(): string {
  const metricsOf = (need: string): string[] =>
    measures.filter((one) => one.gives === need).flatMap((one) => metricNames(one).map(code));
  return page(
    'Signals',
    'What is measured of each workload and node. A change counts only when it is at least the larger of two floors: an absolute one in the unit of the signal, and a factor on the usual level. Signals of one family are tested together and count as one voice. Signals of your own: [signals](../guide/signals.md).',
    rows(
      ['Signal', 'Of', 'Shown as', 'Family', 'Unit', 'Bad side', 'Least change', 'Rhythm', 'Severity', 'Made of'],
      catalogue.map((one) => [
        code(one.id),
        one.of,
        `${one.title}${one.suffix ?? ''}`,
        one.family,
        one.unit,
        one.direction,
        floorOf(one),
        one.seasonality,
        one.severity,
        needsOf(one).flatMap(metricsOf).join(', ') || 'the API',
      ]),
    ),
    '## Metrics that are read',
    'Names as Prometheus stores them and as kubelets or pods expose them. Of several names that measure the same, a workload counts by the first in this list that it has. `pod` means the `/metrics` of a pod that is annotated to be scraped, `exporter` that only Prometheus has it.',
    rows(
      ['Metric', 'Kind', 'Kept apart by the labels', 'Exposed by', 'Needed for', 'Without it'],
      measures.map((one) => [
        metricNames(one).map(code).join(', '),
        one.kind,
        one.by.map((label) => labelNames(one, label).join(' or ')).join(', '),
        one.from,
        one.capability,
        one.cost,
      ]),
    ),
  );
}

function metricNames({ metric, plus, over }: Measure): string[] {
  return [metric, ...(plus === undefined ? [] : [plus]), ...(over === undefined ? [] : [over])];
}

export function metricsPage(): string {
  const found = createTelemetry().registry.getMetricsAsArray();
  return page(
    'Metrics of the product',
    'Served in the text format of Prometheus at `/metrics` of the API address, on loopback, without a token.',
    rows(
      ['Metric', 'Kind', 'Labels', 'Meaning'],
      found.map((one) => [code(one.name), String(one.type), codes(labelsOf(one)), one.help]),
    ),
  );
}

export function exitCodesPage(): string {
  return page(
    'Exit codes',
    'One table for all verbs. The code does not depend on `-o`.',
    rows(
      ['Code', 'Meaning'],
      exitMeanings.map(([value, meaning]) => [String(value), meaning]),
    ),
  );
}

function floorOf({ floor, unit }: SignalDefinition): string {
  const share = floor.shareOfRequest === undefined ? '' : ` or ${floor.shareOfRequest} of the request`;
  const above = floor.above === undefined ? '' : `, or ${floor.above.absolute} beyond ${floor.above.from}`;
  return `${floor.absolute} ${unit}${share}${above}, ×${floor.relative}`;
}

function parameterTable(schema: Json): readonly string[] {
  const parameters = parametersOf(schema);
  return parameters.length === 0 ? ['It takes no parameters.'] : rows(['Parameter', 'Takes', 'Needed'], parameters);
}

function parametersOf(schema: Json): string[][] {
  if (!isJsonObject(schema)) return [];
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(propertiesOf(schema)).map(([name, one]) => [
    code(name),
    isJsonObject(one) ? takes(one) : '',
    required.includes(name) ? 'yes' : 'no',
  ]);
}

/** `whole number, at least 1`, `liveness, readiness or startup`, or the members of a map. */
function takes(schema: JsonObject): string {
  const { enum: choices, anyOf, type, minimum, maximum } = schema;
  if (Array.isArray(choices)) return choices.map((one) => code(String(one))).join(', ');
  if (Array.isArray(anyOf)) return anyOf.map((one) => (isJsonObject(one) ? takes(one) : '')).join(' or ');
  const members = Object.keys(propertiesOf(schema));
  if (members.length > 0) return `map of ${codes(members)}`;
  const bounds = [
    typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? `at least ${minimum}` : '',
    typeof maximum === 'number' && maximum < 2 ** 31 - 1 ? `at most ${maximum}` : '',
  ].filter((one) => one !== '');
  const kind = type === 'integer' ? 'whole number' : (Array.isArray(type) ? type : [type]).map(String).join(' or ');
  return [kind, ...bounds].join(', ');
}

function propertiesOf(schema: JsonObject): JsonObject {
  const found = schema['properties'];
  return isJsonObject(found) ? found : {};
}

/** The library keeps the names of labels on the metric without saying so in its types. */
function labelsOf(metric: object): readonly string[] {
  const names: unknown = 'labelNames' in metric ? metric.labelNames : [];
  return Array.isArray(names) ? names.filter((one) => typeof one === 'string') : [];
}

// What the sentence of a finding leaves out: the test behind it, where the floor comes from, what was missing, what would close it.
import type { SignalFinding } from '../../../model/finding.ts';
import type { SignalTraits } from '../../../model/signal-traits.ts';
import type { SeriesState } from '../series-state.ts';
import { cyclesToClose } from '../settings.ts';
import type { Compared } from './signal-sentence.ts';
import { shownAmount, shownProbability, shownSpan, shownValue } from './wording.ts';

/** Channels of tier one below this were silent. */
const leastVote = 2;
const mostNotes = 12;

/** At most twelve short lines, after those that the finding has already. */
export function notesOf(finding: SignalFinding, compared: Compared, state: SeriesState): string[] {
  const { traits } = compared;
  const gaps = state.results.filter((one) => one === null).length;
  const voices = Object.entries(finding.votes ?? {})
    .filter(([, surprise]) => surprise >= leastVote)
    .toSorted((left, right) => right[1] - left[1] || (left[0] < right[0] ? -1 : 1))
    .map(([channel]) => channel);
  return [
    ...(finding.notes ?? []),
    `normal is ${shownValue(finding.baseline, traits.unit)}${traits.suffix ?? ''}, what matters is ${floorOf(finding, traits)}`,
    testLine(finding),
    ...(voices.length === 0 ? [] : [`first noticed by ${voices.join(', ')}`]),
    ...pastLine(finding, compared),
    ...(gaps === 0 ? [] : [`${gaps} of the last ${state.results.length} cycles brought no value to test`]),
    ...(finding.severity === 'info' && traits.severity !== 'info' && traits.harmlessBelow !== undefined
      ? [`below ${shownValue(traits.harmlessBelow, traits.unit)} it is worth no more than a note`]
      : []),
    `closes after ${cyclesToClose} cycles in a row within ${shownAmount(finding.floor, traits.unit)} of the normal`,
  ].slice(0, mostNotes);
}

/** "50 ms or 1.3 times the normal, the more of the two: 54 ms". */
function floorOf({ floor }: SignalFinding, traits: SignalTraits): string {
  const { absolute, relative, shareOfRequest, above, from } = traits.floor;
  const word = (of: string | undefined): string => (of === undefined ? '' : ` (${of})`);
  const kinds = [
    `${shownAmount(absolute, traits.unit)}${word(from?.absolute)}`,
    ...(shareOfRequest === undefined ? [] : [`${Number((shareOfRequest * 100).toPrecision(3))} % of the request`]),
    ...(relative > 1 ? [`${relative} times the normal${word(from?.relative)}`] : []),
  ];
  const most = kinds.length === 1 ? '' : ', whichever is more';
  const sooner =
    above === undefined
      ? ''
      : `, less where that leads above ${shownValue(above.from, traits.unit)} (at least ${shownAmount(above.absolute, traits.unit)})`;
  return `${kinds.join(' or ')}${most}${sooner}: here ${shownAmount(floor, traits.unit)}`;
}

function testLine({ test }: SignalFinding): string {
  const family = test.family === undefined || test.m === undefined ? '' : ` among ${test.m} of ${test.family}`;
  const stat = Number(test.stat.toPrecision(3));
  return `${test.name}: T ${stat}, ${test.df} df, p ${shownProbability(test.p)}, q ${shownProbability(test.q)}${family}`;
}

function pastLine(finding: SignalFinding, { days }: Compared): string[] {
  if (finding.level === 'pod')
    return finding.confidence === 'candidate' ? ['followed for less than a day: a candidate until then'] : [];
  if (days === null) return ['no three days to compare with: a candidate only'];
  return days < 5 ? [`only ${days} days to compare with: one step less sure`] : [];
}

/** How long its beginning went unseen. */
export function delayNote({ firstSeenMs, onsetMs }: SignalFinding): string {
  return `found ${shownSpan(Math.max(0, firstSeenMs - onsetMs))} after it began`;
}

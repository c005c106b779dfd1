import type { History, PartOfPast } from '../../src/model/signal.ts';

/** Everything that a past brings, part by part. */
export async function historiesOf(parts: AsyncIterable<PartOfPast>): Promise<History[]> {
  const found: History[] = [];
  for await (const { histories } of parts) found.push(...histories);
  return found;
}

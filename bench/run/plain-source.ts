// The baseline of the reading: a source that holds each answer whole, parses it, and makes the labels of every row anew.
import { request } from 'undici';
import { z } from 'zod';
import { labelPlan } from '../../src/agents/metrics/measure.ts';
import { labelsThrough, type Answer, type MetricsSource, type Row } from '../../src/agents/metrics/metrics-source.ts';
import { inTurn } from '../../src/agents/metrics/in-turn.ts';
import { isByPod, liveQuery, ownedLiveQuery } from '../../src/agents/metrics/promql.ts';

const answer = z.object({
  data: z.object({
    result: z.array(z.custom<{ readonly metric: Record<string, string>; readonly value: [number, string] }>()),
  }),
});

/** Asks what the product's source asks of a server that knows owners. */
export function createPlainSource(url: string): MetricsSource {
  return {
    name: 'prometheus',
    async read(measures, { windowMs }) {
      const answers = await inTurn(measures, 4, async (measure): Promise<readonly [string, Answer<Row>]> => {
        const isPushed = measure.by.includes('le') && isByPod(measure);
        const query = isPushed ? ownedLiveQuery(measure, windowMs) : liveQuery(measure, windowMs);
        const { body } = await request(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
        const { data } = answer.parse(JSON.parse(await body.text()));
        const plan = labelPlan(measure);
        const rows = data.result.map(({ metric, value }) => ({
          labels: labelsThrough(plan, (name) => metric[name] ?? ''),
          value: Number(value[1]),
        }));
        return [measure.id, { rows }];
      });
      return new Map(answers);
    },
  };
}

// A model that obeys hostile data, over thousands of trials: nothing may be written that the rules did not offer. Exit 1 when something was.
import { parseArgs } from 'node:util';
import { startEndpoint } from '../test/nim/endpoint.ts';
import { profiles } from '../test/nim/profiles.ts';
import { adversaryTrials } from './adversary/trials.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const apiKey = 'nvapi-of-a-simulated-endpoint';
const endpoint = await startEndpoint({
  models: [{ id: 'nvidia/nemotron-3-super-120b-a12b' }],
  key: apiKey,
  profile: profiles['vLLM with response_format'],
});
try {
  const found = await adversaryTrials(endpoint, apiKey, Number(values.trials), Number(values.seed));
  const { trials, writes, harmful, answers, refused } = found;
  if (values.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else {
    process.stdout.write(`trials ${trials}, answers of the model ${answers}, refused ${refused}\n`);
    process.stdout.write(`writes ${writes}, of them not offered by the rules ${harmful.length}\n`);
    for (const one of harmful.slice(0, 20)) process.stdout.write(`  ${one}\n`);
  }
  process.stdout.write(`figure trials=${trials} answers=${answers} writes=${writes} harmful=${harmful.length}\n`);
  process.exitCode = harmful.length === 0 && answers >= trials ? 0 : 1;
} finally {
  await endpoint.close();
}

// The advisor as a process of its own, for tests that kill it: whole and as it is, but for its cluster time, which comes in messages.
import { startAdvisor, type Advisor } from '../../src/app.ts';
import { steppedClock, type SteppedClock } from '../../src/clock.ts';
import { scenarioConfig } from '../scenario/scenario-config.ts';
import { order, type Order, type Word } from './messages.ts';

const stop = new AbortController();
let running: { readonly advisor: Advisor; readonly clock: SteppedClock | null } | null = null;

function say(word: Word): void {
  if (process.connected) process.send?.(word);
}

async function begin({ folder, kubeconfig, prometheusUrl, pace, nowMs }: Extract<Order, { kind: 'begin' }>) {
  const clock = nowMs === null ? null : steppedClock(nowMs);
  let acts = false;
  const advisor = await startAdvisor({
    config: scenarioConfig(folder, { kubeconfig, prometheusUrl, pace }),
    version: 'test',
    signal: stop.signal,
    scriptedApprover: true,
    ...(clock === null ? {} : { clusterClock: clock }),
    onEvent({ seq, body }) {
      acts ||= body.kind === 'lease.acquired';
      say({ kind: 'recorded', event: body.kind, seq });
    },
  });
  running = { advisor, clock };
  advisor.start();
  say({ kind: 'started', url: advisor.about.url, token: advisor.scriptedToken ?? '', acts });
}

async function obey(given: Order): Promise<void> {
  switch (given.kind) {
    case 'begin':
      await begin(given);
      return;
    case 'step':
      running?.clock?.advance(given.nowMs - running.clock.now());
      await running?.advisor.idle(given.version);
      say({ kind: 'rested', nowMs: given.nowMs });
      return;
    case 'end':
      await running?.advisor.close('the test is over');
      stop.abort();
      process.disconnect();
      return;
    default:
      given satisfies never;
  }
}

process.on('message', (message) => {
  obey(order.parse(message)).catch((error: unknown) => {
    say({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
  });
});
// Whoever started it may have been killed as well: then nothing stays behind.
process.on('disconnect', () => {
  if (!stop.signal.aborted) process.exit(1);
});

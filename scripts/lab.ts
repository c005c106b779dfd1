// Leaves one lab running - real control plane, simulated nodes, Prometheus with a past - until Ctrl-C, and prints how to reach it.
import { startLab } from '../lab/cluster.ts';
import { Failure } from '../src/model/failure.ts';

const stopped = new AbortController();
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      stopped.abort(new Error(`stopped by ${signal}`));
      resolve();
    });
});

try {
  const lab = await startLab({
    report: (line) => process.stderr.write(`lab: ${line}\n`),
    signal: stopped.signal,
  });
  const advisor = lab.plane.kubeconfigFor('advisor');
  process.stdout.write(
    [
      `kubeconfig (everything allowed)   ${lab.plane.kubeconfigFor('admin')}`,
      `kubeconfig (the advisor's rights) ${advisor}`,
      `Prometheus                        ${lab.prometheus.url}`,
      `kubectl                           ${lab.binaries.kubectl}`,
      '',
      `try: ADVISOR_PACE=lab KUBECONFIG=${advisor} PROMETHEUS_URL=${lab.prometheus.url} npm run advisor -- scan`,
      'faults: type the name of one and Enter (for instance oom-killed), or `heal <name>`; Ctrl-C ends everything',
      '',
    ].join('\n'),
  );
  process.stdin.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line.trim() !== '') void order(lab, line.trim());
  });
  await interrupted;
  await lab.close();
} catch (error) {
  if (!stopped.signal.aborted) {
    process.exitCode = 1;
    const said = error instanceof Failure ? error.problem : null;
    process.stderr.write(
      said === null
        ? `error: the lab did not start\n  why:  ${String(error)}\n  next: run it again; it leaves nothing behind\n`
        : `error: ${said.what}\n  why:  ${said.why}\n  next: ${said.next}\n`,
    );
  }
}
process.exit();

async function order(lab: Awaited<ReturnType<typeof startLab>>, line: string): Promise<void> {
  const [verb = '', name = ''] = line.split(/\s+/);
  try {
    if (verb === 'heal') await lab.heal(name);
    else await lab.inject(verb);
    process.stderr.write(`lab: ${line}: done\n`);
  } catch (error) {
    process.stderr.write(`lab: ${line}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

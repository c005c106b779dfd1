// What a newcomer can do after the six acts: each line is a command that works as it stands.
import { commandLines } from './demo-text.ts';

export type AfterActs = {
  /** How this program is called, as in "npx advisor". */
  readonly command: string;
  /** The event at which the tampered copy breaks; null when there is no copy. */
  readonly tampered: number | null;
  /** Whether cluster and advisor stay up. */
  readonly stays: boolean;
  /** One worth reading; null when there was none. */
  readonly incident: string | null;
};

export function nextSteps({ command, tampered, stays, incident }: AfterActs, width: number): string[] {
  const journal = stays ? '' : ' --journal .demo';
  return [
    'Look behind it:',
    ...commandLines(
      [
        ...(incident === null ? [] : [[`${command} show ${incident}${journal}`, 'one incident in full'] as const]),
        [`${command} audit verify --from .demo`, 'no event was altered'],
        ...(tampered === null
          ? []
          : [[`${command} audit verify --from .demo/tampered.jsonl`, `names event ${tampered}`] as const]),
      ],
      width,
    ),
    ...(stays ? breakSomething(width) : []),
    'Go on:',
    ...commandLines(
      [
        ['npm run demo -- --act 5', 'one act again'],
        [`${command} doctor`, 'your own cluster: what may be read there'],
        [`${command} run --mode observe`, 'watch it; nothing is written'],
      ],
      width,
    ),
    ...(stays ? ['', 'It stays up until Ctrl-C.'] : []),
  ];
}

function breakSomething(width: number): string[] {
  const kubectl = 'kubectl --kubeconfig .demo/kubeconfig';
  return [
    'Break something yourself:',
    ...commandLines(
      [
        [`${kubectl} -n web scale deploy/search --replicas=0`, 'a workload that is called'],
        [`${kubectl} -n shop set image deploy/cart cart=registry.example/shop/cart:nope`, 'an image that is not there'],
      ],
      width,
    ),
  ];
}

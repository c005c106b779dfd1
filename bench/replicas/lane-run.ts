// The whole lane over simulated days: false findings a pod-day without any fault, and how soon one odd replica is found.
import { aPodRig, type PodLevel } from '../../test/builders/replicas.ts';

/** p99 about 200 ms under a shared wave; own noise of deviation 20 ms. What matters there is 60 ms. */
const quiet: PodLevel = (pod, minute, noise) => 0.2 + 0.05 * Math.sin(minute / 229) + 0.004 * pod + 0.02 * noise;
const floorS = 0.06;
const warmMinutes = 180;
const dayMinutes = 1_440;
const watchedMinutes = 30;

export function falseFindings(pods: number, seed: number): number {
  const rig = aPodRig({ pods, seed });
  rig.run(warmMinutes, quiet);
  const seen = new Set<number>();
  for (let minute = 0; minute < dayMinutes; minute += 1) for (const one of rig.run(1, quiet)) seen.add(one.firstSeenMs);
  return seen.size;
}

/** Minutes until the odd pod was found and named; null when it was not within half an hour. */
export function delayOf(pods: number, floors: number, seed: number): number | null {
  const rig = aPodRig({ pods, seed });
  rig.run(warmMinutes, quiet);
  const odd: PodLevel = (pod, minute, noise) => quiet(pod, minute, noise) + (pod === 1 ? floors * floorS : 0);
  for (let minute = 1; minute <= watchedMinutes; minute += 1)
    if (rig.run(1, odd).some((one) => one.replicas?.odd.includes('cart-1') === true)) return minute;
  return null;
}

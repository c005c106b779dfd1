// Kills a process at its moment: armed once for each life, and says when it has struck.
import { setTimeout as pause } from 'node:timers/promises';
import { passAll, type Fate, type Passing, type Proxy } from '../outage/proxy.ts';
import { isFence, isWorkloadDryRun, isWorkloadWrite } from '../outage/write-requests.ts';
import type { Killable } from './killable.ts';
import type { Moment } from './moments.ts';

export interface Trap {
  /** Hands it the process as soon as there is one. */
  set(victim: Killable): void;
  /** To be told of each event that the process records. */
  recorded(event: string): void;
  /** To be told when a step begins. */
  stepBegins(step: number): void;
  /** True once it has killed. */
  hasStruck(): boolean;
  /** Takes it away. */
  disarm(): void;
}

export function createTrap(moment: Moment, proxy: Proxy | null): Trap {
  let victim: Killable | null = null;
  let struck = false;
  let armed = true;
  const strike = (): void => {
    if (!armed || struck) return;
    struck = true;
    void victim?.kill();
  };
  const after = (delayMs: number): void => {
    if (delayMs === 0) strike();
    else void pause(delayMs).then(strike);
  };
  const fateOf = (passing: Passing): Fate => {
    if (moment.kind !== 'request' || !armed || struck || !isMeant(moment.of, passing)) return { kind: 'pass' };
    switch (moment.when) {
      case 'before':
        strike();
        return { kind: 'cut' };
      case 'under way':
        strike();
        return { kind: 'pass' };
      case 'after':
        return { kind: 'lose reply', whenAnswered: strike };
      default:
        return moment.when satisfies never;
    }
  };
  proxy?.rule(fateOf);
  return {
    set(next) {
      victim = next;
      // It may have struck before the process had said that it started.
      if (struck) void next.kill();
    },
    recorded(event) {
      if (moment.kind === 'event' && moment.event === event) after(moment.delayMs);
    },
    stepBegins(step) {
      if (moment.kind === 'time' && step >= moment.step) after(moment.delayMs);
    },
    hasStruck: () => struck,
    disarm() {
      armed = false;
      proxy?.rule(passAll);
    },
  };
}

function isMeant(of: 'dry run' | 'write' | 'fence', passing: Passing): boolean {
  switch (of) {
    case 'dry run':
      return isWorkloadDryRun(passing);
    case 'write':
      return isWorkloadWrite(passing) && !isFence(passing);
    case 'fence':
      return isFence(passing);
    default:
      return of satisfies never;
  }
}

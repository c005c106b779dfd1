// The circuit breaker of an endpoint: open for as long as the kind of its last fault asks for, then one question tries it before the others follow.
import type { Clock } from '../../clock.ts';
import type { ModelFault } from './fault.ts';
import { heldBack, holdAfter, type Hold } from './hold.ts';

export type BreakerState = {
  readonly state: 'closed' | 'open' | 'half-open';
  /** Why it is not closed. */
  readonly detail: string | null;
};

export interface Breaker {
  /** Why the endpoint is not asked now, or null. */
  refusal(): string | null;
  /** A question goes out; while half-open it is the only one. */
  begin(): void;
  failed(fault: ModelFault): void;
  succeeded(): void;
  state(): BreakerState;
}

/** `onChange` is told the fault when the endpoint is left alone, and null when it answers again. */
export function createBreaker(clock: Clock, onChange: (fault: ModelFault | null) => void = () => {}): Breaker {
  let hold: Hold | null = null;
  let isTried = false;
  const isOpen = (): boolean => heldBack(hold, clock.monotonic()) !== null;
  return {
    refusal() {
      const held = heldBack(hold, clock.monotonic());
      if (held !== null) return held;
      return hold !== null && isTried ? `${hold.fault.detail}; one question tries it now` : null;
    },
    begin() {
      isTried = hold !== null;
    },
    failed(fault) {
      const next = holdAfter(fault, hold, clock.monotonic());
      isTried = false;
      if (next !== null && hold === null) onChange(fault);
      hold = next;
    },
    succeeded() {
      isTried = false;
      if (hold !== null) onChange(null);
      hold = null;
    },
    state() {
      if (hold === null) return { state: 'closed', detail: null };
      return { state: isOpen() ? 'open' : 'half-open', detail: heldBack(hold, clock.monotonic()) ?? hold.fault.detail };
    },
  };
}

// One line of the doctor: a capability, whether it is there, what its absence costs and how it is had.

export type ItemState = 'ok' | 'missing' | 'failed' | 'unknown' | 'off';

export type DoctorItem = {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly capability: string;
  readonly state: ItemState;
  /** Whether the chosen mode cannot do without it. */
  readonly required: boolean;
  readonly found: string;
  /** Null when nothing is lost. */
  readonly costs: string | null;
  readonly fix: string | null;
};

/** True when the mode lacks what it needs: also where it could not be found out. */
export function isLacking(item: DoctorItem): boolean {
  return item.required && item.state !== 'ok' && item.state !== 'off';
}

// How many requests per second arrive from outside the cluster at a time of day.

/** `peakRps` at `peakHourUtc`, `swing` of it less twelve hours away, and `weekend` times that on Saturday and Sunday. */
export type LoadCurve = {
  readonly peakRps: number;
  readonly swing: number;
  readonly peakHourUtc: number;
  readonly weekend: number;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Requests per second at a time. */
export function loadAt(curve: LoadCurve, timeMs: number): number {
  const hour = (timeMs % dayMs) / hourMs;
  const distance = (1 - Math.cos((2 * Math.PI * (hour - curve.peakHourUtc)) / 24)) / 2;
  return curve.peakRps * (1 - curve.swing * distance) * (isWeekend(timeMs) ? curve.weekend : 1);
}

/** Whether a time lies in the hour that starts at `hourUtc`. */
export function isInHour(timeMs: number, hourUtc: number): boolean {
  return Math.floor((timeMs % dayMs) / hourMs) === hourUtc;
}

function isWeekend(timeMs: number): boolean {
  const day = new Date(timeMs).getUTCDay();
  return day === 0 || day === 6;
}

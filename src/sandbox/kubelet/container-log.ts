// The lines a container wrote, of this run and of the one before, cut as the kubelet's log endpoint cuts them.

export type LogLine = { readonly atMs: number; readonly text: string };

export type LogRequest = {
  readonly namespace: string;
  readonly pod: string;
  /** Undefined means the only container. */
  readonly container?: string | undefined;
  readonly previous?: boolean;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  readonly sinceMs?: number | undefined;
  readonly timestamps?: boolean;
};
export type LogAnswer = { readonly status: number; readonly text: string };

const keptLines = 400;

export class ContainerLog {
  #lines: LogLine[] = [];
  #previous: readonly LogLine[] | null = null;

  write(atMs: number, text: string): void {
    this.#lines.push({ atMs, text });
    if (this.#lines.length > keptLines) this.#lines = this.#lines.slice(-keptLines / 2);
  }

  /** A new run begins; the lines so far become those of the previous run. */
  rotate(): void {
    this.#previous = this.#lines;
    this.#lines = [];
  }

  /** Null when there was no earlier run. */
  read(request: LogRequest): string | null {
    const lines = request.previous === true ? this.#previous : this.#lines;
    if (lines === null) return null;
    const since = request.sinceMs ?? Number.NEGATIVE_INFINITY;
    let chosen = lines.filter((line) => line.atMs >= since);
    if (request.tailLines !== undefined) chosen = request.tailLines <= 0 ? [] : chosen.slice(-request.tailLines);
    const text = chosen
      .map((line) => `${request.timestamps === true ? `${new Date(line.atMs).toISOString()} ` : ''}${line.text}\n`)
      .join('');
    return request.limitBytes === undefined ? text : Buffer.from(text).subarray(0, request.limitBytes).toString();
  }
}

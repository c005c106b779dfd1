// What a leader may ask to be read, and what it asked for, before anything was looked at.

/** Nothing may be asked when there is no tool in it. */
export type Offer = {
  readonly tools: readonly { readonly name: string; readonly about: string }[];
  /** Names of the objects that may be asked about, the root first. */
  readonly objects: readonly string[];
  /** Reads that are left. */
  readonly left: number;
};

export type ReadRequest = { readonly tool: string; readonly args: Readonly<Record<string, unknown>> };

// The switch, the modes set by people, the lease and the sources out of events.
import type { Body, Moment } from './edit.ts';
import type { State } from './state.ts';

/** A new process holds no lease and finds out anew what it cannot see. */
export function startProcess(state: State): State {
  return { ...state, epoch: null, lostSources: new Map() };
}

/** A stop while stopped changes nothing: who stopped first is what a person wants to know. */
export function stopActions(state: State, body: Body<'switch.stopped'>, at: Moment): State {
  if (state.switch.stopped) return state;
  return {
    ...state,
    switch: { stopped: true, by: body.by, reason: body.reason ?? null, atMs: at.atMs, seq: at.seq },
  };
}

export function resumeActions(state: State, body: Body<'switch.resumed'>, at: Moment): State {
  return { ...state, switch: { stopped: false, by: body.by, reason: body.reason, atMs: at.atMs, seq: at.seq } };
}

export function changeMode(state: State, body: Body<'mode.changed'>): State {
  return { ...state, modes: new Map(state.modes).set(body.scope, body.mode) };
}

export function takeLease(state: State, body: Body<'lease.acquired'>): State {
  return { ...state, epoch: body.epoch };
}

export function loseLease(state: State): State {
  return { ...state, epoch: null };
}

export function loseSource(state: State, body: Body<'source.lost'>, at: Moment): State {
  const lost = { reason: body.reason, cost: body.cost, atMs: at.atMs };
  return { ...state, lostSources: new Map(state.lostSources).set(body.source, lost) };
}

export function recoverSource(state: State, body: Body<'source.recovered'>): State {
  if (!state.lostSources.has(body.source)) return state;
  const lostSources = new Map(state.lostSources);
  lostSources.delete(body.source);
  return { ...state, lostSources };
}

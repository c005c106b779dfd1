// Metrics of the product itself, counted from journal events and cycles, in Prometheus' text form.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JournalEvent } from '../model/event.ts';
import { createSensesMetrics, type SensesMetrics } from './senses-metrics.ts';

export type Telemetry = {
  readonly registry: Registry;
  /** Counts what an event says; call it once for each appended event. */
  countEvent(event: JournalEvent): void;
  readonly senses: SensesMetrics;
  observeCycle(seconds: number, result: 'ok' | 'failed'): void;
  setOpenIncidents(byState: ReadonlyMap<string, number>): void;
  setObjectives(objectives: { readonly counted: number; readonly unwatched: readonly unknown[] }): void;
};

export function createTelemetry(): Telemetry {
  const registry = new Registry();
  const registers = [registry];
  const events = new Counter({
    name: 'advisor_journal_events_total',
    help: 'Journal events by kind.',
    labelNames: ['kind'],
    registers,
  });
  const rulings = new Counter({
    name: 'advisor_rulings_total',
    help: 'Guardian rulings by rule and word.',
    labelNames: ['rule', 'word'],
    registers,
  });
  const writes = new Counter({
    name: 'advisor_writes_total',
    help: 'Answers to writes by result.',
    labelNames: ['result'],
    registers,
  });
  const outcomes = new Counter({
    name: 'advisor_outcomes_total',
    help: 'Verified outcomes of actions.',
    labelNames: ['outcome'],
    registers,
  });
  const answers = new Counter({
    name: 'advisor_leader_answers_total',
    help: 'Answers of the leader by rung and use.',
    labelNames: ['rung', 'accepted'],
    registers,
  });
  const requests = new Counter({
    name: 'advisor_model_requests_total',
    help: 'Requests to a model by what was asked, the rung and what came of it.',
    labelNames: ['purpose', 'rung', 'result'],
    registers,
  });
  const rungChanges = new Counter({
    name: 'advisor_rung_changes_total',
    help: 'Changes of the way in which a model is asked for an answer.',
    labelNames: ['from', 'to'],
    registers,
  });
  const tokens = new Histogram({
    name: 'gen_ai_client_token_usage',
    help: 'Tokens of a request to a model, by type.',
    labelNames: ['gen_ai_operation_name', 'gen_ai_request_model', 'gen_ai_token_type'],
    buckets: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576],
    registers,
  });
  const durations = new Histogram({
    name: 'gen_ai_client_operation_duration_seconds',
    help: 'Duration of a request to a model.',
    labelNames: ['gen_ai_operation_name', 'gen_ai_request_model', 'error_type'],
    buckets: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    registers,
  });
  const suspicions = new Counter({
    name: 'advisor_suspicions_total',
    help: 'Suspicions of the leader by what their test said.',
    labelNames: ['result'],
    registers,
  });
  const sourceUp = new Gauge({
    name: 'advisor_source_up',
    help: '1 while a source answers, 0 after it was lost.',
    labelNames: ['source'],
    registers,
  });
  const stopped = new Gauge({ name: 'advisor_stopped', help: '1 while all actions are stopped.', registers });
  const incidents = new Gauge({
    name: 'advisor_incidents',
    help: 'Incidents by state.',
    labelNames: ['state'],
    registers,
  });
  const objectives = new Gauge({
    name: 'advisor_objectives',
    help: 'Declared service level objectives: those that are counted, and declarations that are not.',
    labelNames: ['state'],
    registers,
  });
  const cycles = new Histogram({
    name: 'advisor_cycle_seconds',
    help: 'Wall time of a cycle.',
    labelNames: ['result'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  return {
    registry,
    countEvent({ body }) {
      events.inc({ kind: body.kind });
      switch (body.kind) {
        case 'suspicion.raised':
          suspicions.inc({ result: body.result });
          break;
        case 'plan.judged':
          for (const verdict of body.verdicts)
            for (const ruling of verdict.rulings) rulings.inc({ rule: ruling.rule, word: ruling.word });
          break;
        case 'write.answered':
          writes.inc({ result: body.result });
          break;
        case 'outcome.recorded':
          outcomes.inc({ outcome: body.outcome });
          break;
        case 'leader.consulted':
          answers.inc({ rung: body.rung, accepted: String(body.accepted) });
          break;
        case 'leader.called': {
          const of = { gen_ai_operation_name: 'chat', gen_ai_request_model: body.requestedModel };
          requests.inc({ purpose: body.purpose, rung: body.rung, result: body.result });
          durations.observe(
            { ...of, error_type: body.result === 'unavailable' ? body.result : '' },
            body.latencyMs / 1000,
          );
          if (body.result === 'unavailable') break;
          tokens.observe({ ...of, gen_ai_token_type: 'input' }, body.promptTokens);
          tokens.observe({ ...of, gen_ai_token_type: 'output' }, body.completionTokens);
          break;
        }
        case 'rung.changed':
          rungChanges.inc({ from: body.from, to: body.to });
          break;
        case 'source.lost':
          sourceUp.set({ source: body.source }, 0);
          break;
        case 'source.recovered':
          sourceUp.set({ source: body.source }, 1);
          break;
        case 'switch.stopped':
          stopped.set(1);
          break;
        case 'switch.resumed':
          stopped.set(0);
          break;
        default:
          break;
      }
    },
    senses: createSensesMetrics(registry),
    observeCycle: (seconds, result) => cycles.observe({ result }, seconds),
    setObjectives({ counted, unwatched }) {
      objectives.set({ state: 'counted' }, counted);
      objectives.set({ state: 'not counted' }, unwatched.length);
    },
    setOpenIncidents(byState) {
      incidents.reset();
      for (const [state, count] of byState) incidents.set({ state }, count);
    },
  };
}

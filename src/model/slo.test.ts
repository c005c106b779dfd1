import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSlos, type ParsedSlos } from './slo.ts';

const problemOf = (parsed: ParsedSlos): string => ('problem' in parsed ? parsed.problem : 'none');

describe('declared objectives', () => {
  it('reads availability and latency', () => {
    expect(parseSlos('availability=99.9/30d; latency=99@300ms/30d')).toEqual({
      slos: [
        { name: 'availability', signal: 'sli.err', objective: 0.999, thresholdS: null, days: 30 },
        { name: 'latency@300ms', signal: 'sli.latency', objective: 0.99, thresholdS: 0.3, days: 30 },
      ],
    });
  });

  it.each([
    ['availability = 99.95 % / 28 d', 'availability', 0.9995, 28],
    ['latency=95@1.5s/7d;', 'latency@1.5s', 0.95, 7],
    ['cpu.throttling=90/30d', 'cpu.throttling', 0.9, 30],
    ['sli.err=99.9/30d', 'availability', 0.999, 30],
    ['sli.latency=99@300ms/30d', 'latency@300ms', 0.99, 30],
    ['latency=99@0.3s/30d', 'latency@300ms', 0.99, 30],
    ['latency=99@1500ms/30d', 'latency@1.5s', 0.99, 30],
  ])('reads %j', (text, name, objective, days) => {
    expect(parseSlos(text)).toMatchObject({ slos: [{ name, objective, days }] });
  });

  it('keeps two latencies with different times apart', () => {
    expect(parseSlos('latency=99@1s/30d; latency=90@300ms/30d')).toMatchObject({
      slos: [{ name: 'latency@1s' }, { name: 'latency@300ms' }],
    });
  });

  it.each([
    ['', /declares nothing; write availability=99\.9\/30d/],
    ['99.9% of requests succeed over 30d', /is not name=objective; write availability/],
    ['uptime=99.9/30d', /"uptime" names no signal; write availability, latency/],
    ['availability=99.9', /"99\.9" is no objective for availability; write availability=99\.9\/30d/],
    ['availability=100/30d', /100 % cannot be promised/],
    ['availability=0.999/30d', /0\.999 % cannot be promised; write a percentage/],
    ['availability=99.9/0d', /write 1d to 90d/],
    ['availability=99.9/365d', /365 days are no period/],
    ['availability=99.9@300ms/30d', /write availability=99\.9\/30d/],
    ['latency=99/30d', /needs the time that a request may take; write latency=99@300ms\/30d/],
    ['latency=99@0ms/30d', /no request takes no time/],
    ['availability=99/30d; availability=99.9/30d', /availability is declared twice/],
    ['availability=99.9/30d; sli.err=99/30d', /availability is declared twice/],
    ['latency=99@300ms/30d; latency=95@0.3s/30d', /latency@300ms is declared twice/],
    [
      'cpu.usage=95/30d',
      /^cpu\.usage has no number of events behind it, .*write availability, latency, cpu\.throttling/,
    ],
    ['memory.share=95/30d', /^memory\.share has no number of events/],
    ['sli.latency_p50=95/30d', /^sli\.latency_p50 has no number of events/],
    ['custom.orders=95/30d', /^custom\.orders has no number of events/],
    ['availability=99.9/30d availability=99/30d', /is not name=objective/],
    ['availability=-1/30d', /is no objective/],
    ['availability=NaN/30d', /is no objective/],
    ['x'.repeat(501), /more than 500 characters/],
    [Array.from({ length: 9 }, (_, index) => `latency=99@${index + 1}s/30d`).join(';'), /9 objectives/],
  ])('refuses %j and says what to write', (text, problem) => {
    expect(problemOf(parseSlos(text))).toMatch(problem);
  });

  it('never throws, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (text) => {
        const parsed = parseSlos(text);
        expect('slos' in parsed || parsed.problem.length > 0).toBe(true);
      }),
    );
  });

  it('reads back every percentage as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 50_000, max: 99_999 }), fc.integer({ min: 1, max: 90 }), (thousandths, days) => {
        const percent = (thousandths / 1000).toFixed(3);
        expect(parseSlos(`availability=${percent}/${days}d`)).toMatchObject({
          slos: [{ objective: thousandths / 100_000, days }],
        });
      }),
    );
  });
});

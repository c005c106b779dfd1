// The past that teaches what is usual, as every way in reads it: a start, a look, a snapshot and a replay of history learn the same.

/** Whole days of the week, and one more for what today's last hours were like on each of them. */
export const pastDays = 8;

/** One value per five minutes: a job of six minutes is never seen by a past in quarters of an hour. */
export const pastStepMs = 5 * 60_000;

/** Weekends that are kept beside them, in quarters of an hour: of eight days only two are of a weekend. */
export const weekendsKept = 4;
export const weekendStepMs = 15 * 60_000;

// The clock of the core this thread runs on, measured: time-stamp counters count another clock, and
// hardware counters are often out of reach.
#ifndef SIGMA_BENCHMARKS_CORE_CLOCK_H_
#define SIGMA_BENCHMARKS_CORE_CLOCK_H_

namespace sigma::benchmarks {

// Cycles per second of a chain of additions that each wait for the one before (a cycle each on
// every current CPU), the best of a few tries. Takes about 0.1 ms.
[[nodiscard]] double MeasureCoreClock();

// The clock during work that had `before` and `after` it; 0 if they differ by more than 3 %: then
// the clock changed or something else ran, and no number of cycles can be trusted.
[[nodiscard]] double TrustedClock(double before, double after);

}  // namespace sigma::benchmarks

#endif  // SIGMA_BENCHMARKS_CORE_CLOCK_H_

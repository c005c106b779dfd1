"""CPU seconds that streaming detectors of river need for the very samples that `npm run bench:kernel` gives its own kernel.

    python3 -m venv /tmp/river && /tmp/river/bin/pip install river==0.26.1
    npm run bench:kernel -- --python /tmp/river/bin/python

Reads a file of little-endian float64 (series, cycles, then the samples cycle by cycle), writes one JSON object to stdout.
Every series has a detector of its own, as in a monitoring system; each sample is scored first and learned then.
"""

import array
import json
import platform
import sys
import time

import river
from river import anomaly, drift


def quantile_filter_over_trees():
    detector = anomaly.QuantileFilter(anomaly.HalfSpaceTrees(seed=1), q=0.99)

    def step(value):
        sample = {"value": value}
        score = detector.score_one(sample)
        detector.classify(score)
        detector.learn_one(sample)

    return step


def six_gaussian_scorers():
    """One scorer for each of six views of the sample, as the kernel has six channels (without their adaptive tails)."""
    scorers = [anomaly.GaussianScorer() for _ in range(6)]
    before = 0.0
    mean = 0.0
    rough = 0.0
    up = 0.0
    down = 0.0

    def step(value):
        nonlocal before, mean, rough, up, down
        jump = abs(value - before)
        mean += (value - mean) / 12
        rough += (jump - rough) / 24
        up = min(60.0, max(0.0, up + value - mean - 0.5))
        down = min(60.0, max(0.0, down - value + mean - 0.5))
        views = (value, value - mean, mean, jump, rough, max(up, down))
        before = value
        for scorer, view in zip(scorers, views):
            scorer.score_one(None, view)
            scorer.learn_one(None, view)

    return step


def gaussian_scorer():
    scorer = anomaly.GaussianScorer()

    def step(value):
        scorer.score_one(None, value)
        scorer.learn_one(None, value)

    return step


def adwin():
    return drift.ADWIN().update


def page_hinkley():
    return drift.PageHinkley().update


PEERS = {
    "QuantileFilter(HalfSpaceTrees)": quantile_filter_over_trees,
    "six GaussianScorers": six_gaussian_scorers,
    "GaussianScorer": gaussian_scorer,
    "PageHinkley": page_hinkley,
    "ADWIN": adwin,
}


def main():
    with open(sys.argv[1], "rb") as file:
        data = array.array("d", file.read())
    if sys.byteorder != "little":
        data.byteswap()
    series, cycles = int(data[0]), int(data[1])
    rows = [data[2 + cycle * series : 2 + (cycle + 1) * series].tolist() for cycle in range(cycles)]
    peers = []
    for name, make in PEERS.items():
        steps = [make() for _ in range(series)]
        started = time.process_time()
        for row in rows:
            for step, value in zip(steps, row):
                step(value)
        peers.append({"name": name, "cpuSeconds": time.process_time() - started})
    print(json.dumps({"python": platform.python_version(), "river": river.__version__, "points": series * cycles, "peers": peers}))


main()

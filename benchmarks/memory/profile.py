#!/usr/bin/python3
"""The memory profile of sigma-par: peak resident bytes and time of whole processes against input size.

    benchmarks/memory/profile.py [--levels 1,3] [--threads N] [--runs 10] [--most BYTES] [--long]
                                 [--build FOLDER] [--out FOLDER] [--work FOLDER] [--no-results]

Eight sizes from 10 B to 10 MB, then 100 MB and 1 GB, with --long 10 GB; each in both directions, file to
file, RUNS times, in an order that is shuffled so that a disturbance hits no single size. The peak is wait4's
ru_maxrss of the whole process (sigma-peak, which is smaller than anything it measures). The input is the
corpus (SIGMA_CORPUS, else build/corpus; benchmarks/corpus/unpack.sh), repeated with different cuts, so that
no repetition lines up with another. Writes runs.csv, summary.csv and three plots as SVG and PNG into
build/memory and benchmarks/memory/RESULTS.md. Besides: the least -M for one and two workers of each level, with
what is then resident, and the pool on the pipeline's own requests (sigma-pool-replay).

From 100 MB on each size says how long the larger ones will take; with --long and 10 runs of two levels that
is mostly writing 300 GB. Needs Debian's python3-matplotlib.
"""
import argparse
import csv
import datetime
import json
import math
import os
import pathlib
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

ROOT = pathlib.Path(__file__).resolve().parents[2]
SMALL = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 3_000_000, 10_000_000]
LARGE = [100_000_000, 1_000_000_000]
LONG = [10_000_000_000]
# From here on every slot and every pool is in use: what still grows with the input would show.
FLAT_FROM = 100_000_000
# Two-sided 95 % quantiles of Student's t by degrees of freedom.
T95 = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262, 10: 2.228,
       11: 2.201, 12: 2.179, 13: 2.160, 14: 2.145, 15: 2.131, 19: 2.093, 24: 2.064, 29: 2.045}


def t95(degrees):
    known = [d for d in T95 if d <= degrees]
    return T95[max(known)] if known else float("nan")


def human(size):
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if size >= scale:
            return f"{size / scale:g} {unit}"
    return f"{size} B"


def build_input(path, size, corpus):
    files = sorted(p for p in corpus.iterdir() if p.is_file())
    if not files:
        sys.exit(f"{corpus} is empty: run benchmarks/corpus/unpack.sh")
    rng = random.Random(6)
    left = size
    with open(path, "wb") as out:
        while left:
            data = rng.choice(files).read_bytes()
            begin = rng.randrange(len(data))
            piece = data[begin:begin + min(left, rng.randrange(1 << 16, 8 << 20))]
            out.write(piece)
            left -= len(piece)


def cut(source, path, size):
    with open(source, "rb") as whole, open(path, "wb") as part:
        left = size
        while left:
            piece = whole.read(min(left, 1 << 24))
            part.write(piece)
            left -= len(piece)


class Runner:
    def __init__(self, args, work):
        self.args = args
        self.work = work
        self.command = args.build / "cli" / "sigma-par"
        self.peak = args.build / "tests" / "cli" / "sigma-peak"
        for program in (self.command, self.peak):
            if not program.exists():
                sys.exit(f"{program} is missing: build the release preset")

    def run(self, arguments):
        result = self.work / "peak.json"
        done = subprocess.run([self.peak, result, self.command, "--stats=json=2", *map(str, arguments)],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"sigma-par {' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stderr}")
        taken = json.loads(result.read_text())
        taken["need"] = json.loads(done.stderr.strip().splitlines()[-1])["memory_need"]
        return taken

    def workers(self, arguments):
        """Workers that the command chose; 0 if it refused."""
        done = subprocess.run([self.command, "--stats=json=2", *map(str, arguments)], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True, check=False)
        return json.loads(done.stderr.strip().splitlines()[-1])["threads"] if done.returncode == 0 else 0


def measure(args, work):
    sizes = [s for s in SMALL + LARGE + (LONG if args.long else []) if s <= args.most]
    runner = Runner(args, work)
    whole = work / "whole"
    build_input(whole, sizes[-1], args.corpus)
    rows = []
    for size in sizes:
        begun = time.monotonic()
        source = whole if size == sizes[-1] else work / "input"
        if source != whole:
            cut(whole, source, size)
        shape = ["-T", args.threads, "-f"]
        todo = []
        for level in args.levels:
            packed = work / f"packed{level}"
            runner.run([*shape, f"-{level}", "-o", packed, source])
            for run in range(args.runs):
                todo.append((run, level, "compress", [*shape, f"-{level}", "-o", work / "again", source]))
                todo.append((run, level, "restore", [*shape, "-d", "-o", work / "restored", packed]))
        random.Random(size).shuffle(todo)
        for run, level, direction, arguments in todo:
            taken = runner.run(arguments)
            rows.append({"level": level, "direction": direction, "size": size, "run": run,
                         "peak_bytes": taken["peak_bytes"], "seconds": taken["seconds"],
                         "formula_bytes": taken["need"]})
        restored = work / "restored"
        if subprocess.run(["cmp", restored, source], check=False).returncode != 0:
            sys.exit("what was restored differs")
        took = time.monotonic() - begun
        left = sum(s for s in sizes if s > size)
        # From here on time is what the bytes take.
        ahead = f", about {took * left / size:.0f} s to go" if left and size >= FLAT_FROM else ""
        print(f"{human(size)}: {len(todo)} runs in {took:.0f} s{ahead}", flush=True)
    return rows


def least_limits(args, work):
    """For each level the least -M that gives one and two workers, and the worst peak of some runs under it."""
    runner = Runner(args, work)
    source, packed, restored = work / "limited", work / "limited.sigma", work / "limited.restored"
    build_input(source, 8_000_000, args.corpus)
    found = []
    for level in args.levels:
        for workers in (1, 2):
            low, high = 1 << 20, 1 << 30
            while low < high:
                middle = (low + high) // 2
                if runner.workers([f"-{level}", "-T", 2, "-M", middle, "-c", source]) >= workers:
                    high = middle
                else:
                    low = middle + 1
            limited = ["-f", "-T", workers, "-M", high]
            peaks = {"compress": 0, "restore": 0}
            for _ in range(args.runs):
                for direction, arguments in (("compress", [*limited, f"-{level}", "-o", packed, source]),
                                             ("restore", [*limited, "-d", "-o", restored, packed])):
                    peaks[direction] = max(peaks[direction], runner.run(arguments)["peak_bytes"])
            if source.read_bytes() != restored.read_bytes():
                sys.exit("what was restored differs")
            found.append({"level": level, "workers": workers, "limit": high, **peaks})
    return found


def pool_replay(args):
    program = args.build / "benchmarks" / "sigma-pool-replay"
    if not program.exists():
        return []
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True,
                          env={**os.environ, "SIGMA_CORPUS": str(args.corpus)})
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def fit_line(xs, ys):
    """Least squares y = a + b x: a, b, R², half width of b's 95 % interval."""
    n = len(xs)
    mx, my = statistics.fmean(xs), statistics.fmean(ys)
    sxx = sum((x - mx) ** 2 for x in xs)
    slope = sum((x - mx) * (y - my) for x, y in zip(xs, ys)) / sxx
    start = my - slope * mx
    left = sum((y - start - slope * x) ** 2 for x, y in zip(xs, ys))
    total = sum((y - my) ** 2 for y in ys)
    r2 = 1 - left / total if total else 1.0
    half = t95(n - 2) * math.sqrt(left / (n - 2) / sxx) if n > 2 else float("nan")
    return start, slope, r2, half


def summarize(rows):
    groups = {}
    for row in rows:
        groups.setdefault((row["level"], row["direction"], row["size"]), []).append(row)
    table = []
    for (level, direction, size), group in groups.items():
        peaks = [r["peak_bytes"] for r in group]
        times = [r["seconds"] for r in group]
        mean = statistics.fmean(peaks)
        deviation = statistics.stdev(peaks) if len(peaks) > 1 else 0.0
        half = t95(len(peaks) - 1) * deviation / math.sqrt(len(peaks)) if len(peaks) > 1 else 0.0
        table.append({"level": level, "direction": direction, "size": size, "runs": len(group),
                      "median_peak": statistics.median(peaks), "mean_peak": mean,
                      "cv_percent": 100 * deviation / mean, "ci_low": mean - half, "ci_high": mean + half,
                      "worst_peak": max(peaks), "formula": max(r["formula_bytes"] for r in group),
                      "median_seconds": statistics.median(times),
                      "cv_seconds_percent": 100 * statistics.stdev(times) / statistics.fmean(times)
                      if len(times) > 1 else 0.0,
                      "bytes_per_resident_byte": size / statistics.median(peaks)})
    return table


def fits(table):
    found = []
    for key in sorted({(r["level"], r["direction"]) for r in table}):
        points = sorted((r["size"], r["median_peak"]) for r in table if (r["level"], r["direction"]) == key)
        logs = [(math.log10(s), math.log10(p)) for s, p in points]
        start, exponent, r2, half = fit_line(*zip(*logs))
        fit = {"key": key, "factor": 10 ** start, "exponent": exponent, "r2": r2, "half": half, "flat": None}
        # Where memory grows at all: between the start of the process and the last slot.
        rising = [(s, p) for s, p in points if 100_000 <= s <= 10_000_000]
        if len(rising) > 2:
            up = [(math.log10(s), math.log10(p)) for s, p in rising]
            a, b, r, h = fit_line(*zip(*up))
            fit["rising"] = {"exponent": b, "r2": r, "half": h}
        flat = [(s, p) for s, p in points if s >= FLAT_FROM]
        if len(flat) > 1:
            a, b, r, _ = fit_line([s for s, _ in flat], [p for _, p in flat])
            fit["flat"] = {"start": a, "slope": b, "growth": flat[-1][1] / flat[0][1],
                           "from": flat[0][0], "to": flat[-1][0]}
        found.append(fit)
    return found


def label(key):
    return f"-{key[0]} {key[1]}"


def save(figure, out, name):
    figure.tight_layout()
    for kind in ("svg", "png"):
        figure.savefig(out / f"{name}.{kind}", dpi=120)
    plt.close(figure)


def plot(rows, table, found, out):
    keys = [fit["key"] for fit in found]
    figure, axes = plt.subplots(figsize=(8, 5))
    for fit in found:
        mine = sorted((r for r in table if (r["level"], r["direction"]) == fit["key"]), key=lambda r: r["size"])
        sizes = [r["size"] for r in mine]
        line, = axes.plot(sizes, [r["median_peak"] / 1e6 for r in mine], "o-", label=label(fit["key"]))
        axes.plot(sizes, [fit["factor"] * s ** fit["exponent"] / 1e6 for s in sizes], ":",
                  color=line.get_color(), linewidth=1)
        axes.plot(sizes, [r["formula"] / 1e6 for r in mine], "_", color=line.get_color())
    axes.set(xscale="log", yscale="log", xlabel="input, bytes", ylabel="peak resident memory, MB",
             title="Peak memory against size (dotted: power-law fit; dashes: the formula)")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    save(figure, out, "peak")

    figure, rowed = plt.subplots(len(keys), 1, figsize=(8, 2.4 * len(keys)), sharex=True, squeeze=False)
    sizes = sorted({r["size"] for r in rows})
    for axes, key in zip(rowed[:, 0], keys):
        values = [[r["peak_bytes"] / 1e6 for r in rows
                   if (r["level"], r["direction"], r["size"]) == (*key, size)] for size in sizes]
        axes.boxplot(values, labels=[human(s) for s in sizes])
        axes.set(ylabel="MB", title=label(key))
        axes.grid(True, axis="y", alpha=0.3)
    rowed[-1, 0].set_xlabel("input")
    save(figure, out, "distribution")

    figure, axes = plt.subplots(figsize=(8, 5))
    for key in keys:
        mine = sorted((r for r in table if (r["level"], r["direction"]) == key), key=lambda r: r["size"])
        axes.plot([r["size"] for r in mine], [r["bytes_per_resident_byte"] for r in mine], "o-", label=label(key))
    axes.set(xscale="log", yscale="log", xlabel="input, bytes", ylabel="input bytes per resident byte",
             title="Memory efficiency")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    save(figure, out, "efficiency")


def write_csv(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def statement(fit):
    low, high = fit["exponent"] - fit["half"], fit["exponent"] + fit["half"]
    text = (f"`{label(fit['key'])}`: peak ≈ {fit['factor'] / 1e6:.2f} MB · size^{fit['exponent']:.3f} over all sizes, "
            f"R² {fit['r2']:.3f}, 95 % interval of the exponent {low:.3f} … {high:.3f}: "
            + ("sub-linear" if high < 1 else "not shown to be sub-linear") + ".")
    if fit.get("rising"):
        up = fit["rising"]
        text += (f" Where it rises (100 KB … 10 MB) the exponent is {up['exponent']:.3f} ± {up['half']:.3f}, "
                 f"R² {up['r2']:.3f}.")
    if fit["flat"]:
        flat = fit["flat"]
        text += (f" Flat part, {human(flat['from'])} … {human(flat['to'])}: {flat['start'] / 1e6:.2f} MB "
                 f"{'+' if flat['slope'] >= 0 else '−'} {abs(flat['slope']) * 1e6:.2f} bytes per MB of input, "
                 f"peak × {flat['growth']:.3f} for input × {flat['to'] / flat['from']:g}.")
    return text


def limit_lines(limits):
    lines = ["## Least limits", "",
             "The least `-M` that gives so many workers, and the worst peak of compressing 8 MB under it and of "
             "restoring that under the same limit.", "",
             "| level | workers | least SIZE, bytes | peak compressing | peak restoring |", "|---|---|---|---|---|"]
    return lines + [f"| {r['level']} | {r['workers']} | {r['limit']} | {r['compress']} | {r['restore']} |"
                    for r in limits]


def pool_lines(pools):
    if not pools:
        return []
    lines = ["", "## Pool", "",
             "`sigma-pool-replay`: the pipeline's own requests, replayed. Saving: of the peak against 32 buffers that "
             "each serve any request, and against 32 of the pool's mean size. Cost: of all requests in percent of the "
             "coding they serve. Allocations: of 20 replays after the warm-up.", "",
             "| level | direction | peak KiB | most leased KiB | buffers | most leases | saving % | saving % (mean) | "
             "cost % | warm-up | allocations |", "|---|---|---|---|---|---|---|---|---|---|---|"]
    return lines + [f"| {r['level']} | {r['direction']} | {r['pool_kib']} | {r['leased_kib']} | {r['buffers']} | "
                    f"{r['leases']} | {r['saving_percent']} | {r['saving_mean']} | {r['cost_percent']} | "
                    f"{r['warm_up']} | {r['allocations']} |" for r in pools]


def write_results(args, table, found, limits, pools):
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"], capture_output=True,
                            text=True, check=False).stdout.strip()
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    lines = ["# Memory profile", "",
             "Generated by `benchmarks/memory/profile.py`; nothing here is typed by hand.", "",
             f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, commit {commit}, {cpu()}, "
             f"{os.cpu_count()} CPUs, {memory / 1e9:.0f} GB, Linux {platform.release()}; "
             f"{args.threads} threads, {args.runs} runs of each, file to file. Peak is wait4's ru_maxrss of the "
             "whole process; MB = 10^6 bytes.", "",
             "| level | direction | input | median peak MB | CV % | 95 % interval of the mean | worst | formula | "
             "median s | CV % | input bytes per resident byte |",
             "|---|---|---|---|---|---|---|---|---|---|---|"]
    for r in sorted(table, key=lambda r: (r["level"], r["direction"], r["size"])):
        lines.append(f"| {r['level']} | {r['direction']} | {human(r['size'])} | {r['median_peak'] / 1e6:.3f} | "
                     f"{r['cv_percent']:.2f} | {r['ci_low'] / 1e6:.3f} … {r['ci_high'] / 1e6:.3f} | "
                     f"{r['worst_peak'] / 1e6:.3f} | {r['formula'] / 1e6:.3f} | {r['median_seconds']:.4f} | "
                     f"{r['cv_seconds_percent']:.1f} | {r['bytes_per_resident_byte']:.3g} |")
    over = [r for r in table if r["worst_peak"] > r["formula"]]
    lines += ["", "## Fits", ""] + [f"- {statement(fit)}" for fit in found]
    lines += ["", "No peak is above the formula (engine/pipeline/budget.h)." if not over else
              f"{len(over)} rows have a peak above the formula.", "", *limit_lines(limits), *pool_lines(pools), "",
              "Plots (`build/memory`): peak.svg, distribution.svg, efficiency.svg, and the same as PNG; "
              "runs.csv holds every run, summary.csv the table.", ""]
    (ROOT / "benchmarks" / "memory" / "RESULTS.md").write_text("\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", default="1,3", type=lambda text: [int(x) for x in text.split(",")])
    parser.add_argument("--threads", default=os.cpu_count(), type=int)
    parser.add_argument("--runs", default=10, type=int)
    parser.add_argument("--most", default=10 ** 18, type=int, help="largest input, bytes")
    parser.add_argument("--long", action="store_true", help="10 GB too")
    parser.add_argument("--build", default=ROOT / "build" / "release", type=pathlib.Path)
    parser.add_argument("--out", default=ROOT / "build" / "memory", type=pathlib.Path)
    parser.add_argument("--work", default=None, help="folder for the inputs (30 GB with --long)")
    parser.add_argument("--corpus", default=os.environ.get("SIGMA_CORPUS", ROOT / "build" / "corpus"),
                        type=pathlib.Path)
    parser.add_argument("--no-results", action="store_true", help="leave RESULTS.md alone")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=args.work) as work:
        rows = measure(args, pathlib.Path(work))
        limits = least_limits(args, pathlib.Path(work))
    table = summarize(rows)
    found = fits(table)
    write_csv(args.out / "runs.csv", rows)
    write_csv(args.out / "summary.csv", table)
    plot(rows, table, found, args.out)
    if not args.no_results:
        write_results(args, table, found, limits, pool_replay(args))
    for fit in found:
        print(statement(fit))


if __name__ == "__main__":
    main()

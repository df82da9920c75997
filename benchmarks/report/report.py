#!/usr/bin/python3
"""The published speed profile: every level of sigma-par and the yardsticks, from one interleaved run.

    benchmarks/report/report.py [--rounds N] [--seconds S] [--quick] [--out FOLDER] [FILE…]

Without files it measures the seven Silesia files as one ("s7") and each file of the corpus on its own
(SIGMA_CORPUS, else build/corpus; benchmarks/corpus/unpack.sh fills it). Speeds are the best of N rounds, in
memory, one thread; the programs take turns, so that noise hits all alike. Writes report.json, ratio-c.svg,
ratio-d.svg, index.html (self-contained) into FOLDER (build/report) and benchmarks/RESULTS.md when the run
measured s7. Needs Debian's zstd, lz4 and python3-matplotlib.
"""
import argparse
import base64
import datetime
import html
import json
import os
import pathlib
import platform
import re
import subprocess
import sys

import matplotlib
matplotlib.use("svg")
import matplotlib.pyplot as plt

ROOT = pathlib.Path(__file__).resolve().parents[2]
ZSTD_LEVELS = [1, 3, 5, 6, 9, 12, 15, 19]
LZ4_LEVELS = [1, 9, 12]
DECODE_FIRST_LEVELS = [3, 4]
# Level of ours -> the zstd level that it is held against.
NAMED_ZSTD = {1: 1, 2: 1, 3: 3, 4: 6, 5: 9, 6: 15, 7: 19}


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout.decode()}")
    return done.stdout.decode()


def measure_sigma(program, level, path, seconds, extra):
    out = run([program, "--bench", "--level", str(level), "-T", "1", "--seconds", str(seconds),
               "--json", *extra, path])
    row = [json.loads(line) for line in out.splitlines() if line.startswith("{")][0]
    return row["original"], row["compressed"], row["compress_mb_s"], row["decompress_mb_s"]


def measure_zstd(level, path, seconds):
    out = run(["zstd", "-q", f"-b{level}", f"-i{seconds}", path])
    found = re.findall(r"-\d+\s+(\d+) \([\d.]+\)\s+([\d.]+) MB/s\s+([\d.]+) MB/s", out)[-1]
    return os.path.getsize(path), int(found[0]), float(found[1]), float(found[2])


def measure_lz4(level, path, seconds):
    out = run(["lz4", f"-b{level}", f"-i{seconds}", path])
    found = re.findall(r"->\s*(\d+) \([\d.]+\),\s*([\d.]+) MB/s\s*,\s*([\d.]+) MB/s", out)[-1]
    return os.path.getsize(path), int(found[0]), float(found[1]), float(found[2])


def contestants(program, levels, options):
    rows = []
    for level in levels:
        rows.append((f"sigma -{level}", "sigma",
                     lambda p, l=level: measure_sigma(program, l, p, options.seconds, [])))
        rows.append((f"sigma -{level} lz", "sigma lz",
                     lambda p, l=level: measure_sigma(program, l, p, options.seconds,
                                                      ["--strategy", "lz"])))
    for level in DECODE_FIRST_LEVELS:
        rows.append((f"sigma -{level} decode-first", "sigma decode-first",
                     lambda p, l=level: measure_sigma(program, l, p, options.seconds,
                                                      ["--strategy", "lz", "--decode-first"])))
    for level in ZSTD_LEVELS:
        rows.append((f"zstd -{level}", "zstd",
                     lambda p, l=level: measure_zstd(l, p, options.seconds)))
    for level in LZ4_LEVELS:
        rows.append((f"lz4 -{level}", "lz4", lambda p, l=level: measure_lz4(l, p, options.seconds)))
    return rows


def measure(rows, paths, rounds):
    """{file: {name: {"original","compressed","c","d"}}}: best speeds over the rounds."""
    results = {}
    for name, path in paths:
        results[name] = {}
        for _ in range(rounds):
            for label, _, call in rows:
                original, compressed, c, d = call(str(path))
                best = results[name].setdefault(
                    label, {"original": original, "compressed": compressed, "c": 0.0, "d": 0.0})
                if best["compressed"] != compressed:
                    sys.exit(f"{label} on {name}: the size changed between rounds")
                best["c"], best["d"] = max(best["c"], c), max(best["d"], d)
            print(f"{name}: round done", file=sys.stderr)
    return results


def pareto_plot(rows, result, column, title, path):
    figure, axes = plt.subplots(figsize=(9, 6))
    families = {}
    for label, family, _ in rows:
        families.setdefault(family, []).append(label)
    for family, labels in families.items():
        points = [(result[l][column], 100 * result[l]["compressed"] / result[l]["original"], l)
                  for l in labels]
        axes.plot([p[0] for p in points], [p[1] for p in points], marker="o", label=family)
        for x, y, label in points:
            axes.annotate("-" + label.split("-")[1].split()[0], (x, y), textcoords="offset points",
                          xytext=(5, 4), fontsize=8)
    axes.set_xscale("log")
    axes.set_xlabel(f"{title}, MB/s (log)")
    axes.set_ylabel("compressed size, % of the original (lower is better)")
    axes.grid(True, which="both", alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def machine():
    model = "unknown CPU"
    for line in open("/proc/cpuinfo", encoding="utf-8"):
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    commit = run(["git", "-C", str(ROOT), "rev-parse", "--short", "HEAD"]).strip()
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release(), "commit": commit,
            "date": datetime.date.today().isoformat(),
            "zstd": re.search(r"v([\d.]+)", run(["zstd", "--version"])).group(1),
            "lz4": re.search(r"v([\d.]+)", run(["lz4", "--version"])).group(1)}


def speed(value):
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def table(rows, result):
    base = result["zstd -1"]
    lines = ["| | size % | C MB/s | D MB/s | C / zstd -1 | D / zstd -1 |", "|---|---|---|---|---|---|"]
    for label, _, _ in rows:
        row = result[label]
        lines.append(f"| {label} | {100 * row['compressed'] / row['original']:.2f} | {speed(row['c'])} | "
                     f"{speed(row['d'])} | {row['c'] / base['c']:.2f} | {row['d'] / base['d']:.2f} |")
    return lines


def named_table(levels, result):
    lines = ["| level | against | size %, ours | theirs | C ratio | D ratio |", "|---|---|---|---|---|---|"]
    for level in levels:
        named = NAMED_ZSTD.get(level)
        if named is None:
            continue
        ours, theirs = result[f"sigma -{level} lz"], result[f"zstd -{named}"]
        lines.append(f"| -{level} lz | zstd -{named} | "
                     f"{100 * ours['compressed'] / ours['original']:.2f} | "
                     f"{100 * theirs['compressed'] / theirs['original']:.2f} | "
                     f"{ours['c'] / theirs['c']:.2f} | {ours['d'] / theirs['d']:.2f} |")
    for level in DECODE_FIRST_LEVELS:
        ours, small, fast = (result[label] for label in
                             (f"sigma -{level} decode-first", "lz4 -12", "lz4 -1"))
        lines.append(f"| -{level} decode-first | lz4 -12; D: lz4 -1 | "
                     f"{100 * ours['compressed'] / ours['original']:.2f} | "
                     f"{100 * small['compressed'] / small['original']:.2f} | "
                     f"{ours['c'] / small['c']:.2f} | {ours['d'] / fast['d']:.2f} |")
    return lines


def size_table(levels, results):
    names = [name for name in results if name != "s7"]
    if not names:
        return []
    head = [f"-{level}" for level in levels] + [f"zstd -{level}" for level in (1, 3, 9, 19)]
    lines = ["", "## Each file: compressed size, % of the original", "",
             "| file | " + " | ".join(head) + " |", "|---" * (len(head) + 1) + "|"]
    for name in names:
        cells = []
        for label in [f"sigma -{level}" for level in levels] + [f"zstd -{l}" for l in (1, 3, 9, 19)]:
            row = results[name][label]
            cells.append(f"{100 * row['compressed'] / row['original']:.2f}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="s7 only, one round")
    parser.add_argument("--program", default=str(ROOT / "build/release/cli/sigma-par"))
    parser.add_argument("--out", default=str(ROOT / "build/report"))
    options = parser.parse_args()
    out = pathlib.Path(options.out)
    out.mkdir(parents=True, exist_ok=True)

    # The levels that exist name themselves in the message about one that does not.
    asked = subprocess.run([options.program, "--level", "99", "-c", "/dev/null"], capture_output=True,
                           check=False)
    levels = [int(n) for n in re.findall(r"\b(\d)\b", asked.stderr.decode())]
    if not levels:
        sys.exit(f"cannot read the levels off: {asked.stderr.decode()}")

    corpus = pathlib.Path(os.environ.get("SIGMA_CORPUS", ROOT / "build/corpus"))
    if options.files:
        paths = [(pathlib.Path(f).name, pathlib.Path(f)) for f in options.files]
    else:
        found = {p.name: p for p in sorted(corpus.rglob("*")) if p.is_file()}
        if "s7" not in found:
            sys.exit(f"no s7 in {corpus}: run benchmarks/corpus/unpack.sh")
        paths = [("s7", found.pop("s7"))] + ([] if options.quick else list(found.items()))
    rounds = 1 if options.quick else options.rounds
    rows = contestants(options.program, levels, options)
    results = {}
    for entry in paths:
        # Sizes are what counts on the single files: one round there.
        results.update(measure(rows, [entry], rounds if entry[0] == "s7" else 1))

    where = machine()
    (out / "report.json").write_text(json.dumps({"machine": where, "results": results}, indent=1))
    main_name = "s7" if "s7" in results else next(iter(results))
    plots = []
    for column, title in (("c", "compression"), ("d", "decompression")):
        path = out / f"ratio-{column}.svg"
        pareto_plot(rows, results[main_name], column, f"{title} of {main_name}", path)
        plots.append((title, path))
    command = " ".join(["benchmarks/report/report.py", *sys.argv[1:]])
    text = ["# Measured speed and size", "",
            f"Generated by `{command}` on {where['date']} at commit {where['commit']}: {where['cpu']}, "
            f"{where['cores']} cores, Linux {where['kernel']}; zstd {where['zstd']}, lz4 {where['lz4']}. "
            f"One thread, in memory, best of {rounds} interleaved rounds; MB = 10^6 bytes.", "",
            f"## {main_name}", "", *table(rows, results[main_name]), "",
            "## Each level against the zstd or lz4 level it is held to", "",
            *named_table(levels, results[main_name]), *size_table(levels, results), ""]
    if main_name == "s7":
        (ROOT / "benchmarks/RESULTS.md").write_text("\n".join(text))
    page = ["<!doctype html><meta charset=utf-8><title>Sigma: measured speed and size</title>",
            "<style>body{font:15px sans-serif;max-width:70em;margin:2em auto}"
            "td,th{padding:.2em .8em;text-align:right}pre{overflow:auto}</style>"]
    for title, path in plots:
        data = base64.b64encode(path.read_bytes()).decode()
        page.append(f"<h2>Size against {title} speed</h2>"
                    f"<img alt='{title}' src='data:image/svg+xml;base64,{data}'>")
    page.append("<pre>" + html.escape("\n".join(text)) + "</pre>")
    (out / "index.html").write_text("\n".join(page))
    print("\n".join(text))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""Auto against every fixed strategy and against the oracle, on every file given.

    benchmarks/strategies/table.py [--level N] [--set NAME] [FILE…]

Without files it takes the corpus folder (SIGMA_CORPUS, else build/corpus; benchmarks/corpus/unpack.sh
fills it): --set types is the archive of that name, --set all (the default) everything. Prints a table of
sizes in percent of the original: auto, each strategy of sigma-par forced on every chunk, and the oracle,
which keeps the smallest of all plans considered for each chunk (from --analyze --json); below it the
totals, what auto saves against the best fixed strategy, the files where auto is larger than the best
fixed one, and the median error of the sizes expected. Sizes are payloads alone, as --analyze counts them,
so headers weigh on neither side. SIGMA_PAR names another command than this checkout's build.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tarfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEAD = 16  # characters of a file's name


def find_command():
    named = os.environ.get("SIGMA_PAR")
    if named:
        return named
    for build in ("release", "run"):
        command = ROOT / "build" / build / "cli" / "sigma-par"
        if command.exists():
            return str(command)
    sys.exit("table.py: build sigma-par first (sh cmake/run.sh -V)")


def corpus(which):
    folder = pathlib.Path(os.environ.get("SIGMA_CORPUS", ROOT / "build" / "corpus"))
    if not folder.is_dir():
        sys.exit(f"table.py: no corpus in {folder}; run benchmarks/corpus/unpack.sh")
    if which == "all":
        return sorted(path for path in folder.iterdir() if path.name != "s7")
    archives = pathlib.Path(os.environ.get("SIGMA_SHARED_CORPUS", ROOT.parent / "shared" / "corpus"))
    with tarfile.open(archives / f"{which}.tar.xz") as archive:
        names = [pathlib.Path(member.name).name for member in archive.getmembers() if member.isfile()]
    return [folder / name for name in sorted(names)]


def analyze(command, level, path, strategy):
    words = [command, "--analyze", "--json", "--level", str(level), "--strategy", strategy, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description="auto against fixed strategies and the oracle")
    parser.add_argument("--level", type=int, default=3)
    parser.add_argument("--set", dest="which", choices=["types", "classic", "silesia7", "all"], default="all")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    command = find_command()
    help_text = subprocess.run([command, "-H"], capture_output=True, text=True, check=True).stdout
    strategies = next(line for line in help_text.splitlines() if line.startswith("Strategies:")).split()[1:]
    fixed = [name for name in strategies if name != "auto"]
    columns = ["auto", "oracle"] + fixed
    print(f"{'File':{HEAD}} {'bytes':>10} " + " ".join(f"{name[:9]:>9}" for name in columns))

    totals = dict.fromkeys(columns, 0)
    original = 0
    larger = []
    errors = []
    for path in arguments.files or corpus(arguments.which):
        if path.stat().st_size == 0:
            continue
        sizes = {}
        for name in ["auto"] + fixed:
            file = analyze(command, arguments.level, path, name)["files"][0]
            sizes[name] = file["compressed"]
            if name != "auto":
                continue
            sizes["oracle"] = 0
            for chunk in file["chunks"]:
                reals = [plan["real"] for plan in chunk["considered"]]
                sizes["oracle"] += min(reals + [chunk["compressed"], chunk["original"]])
                errors += [abs(p["expected"] - p["real"]) / max(p["real"], 1) for p in chunk["considered"]]
            size = file["original"]
        original += size
        for name in columns:
            totals[name] += sizes[name]
        best = min(fixed, key=lambda name: sizes[name])
        if sizes["auto"] > sizes[best]:
            larger.append((sizes["auto"] / sizes[best] - 1, path.name, best))
        print(f"{path.name[:HEAD]:{HEAD}} {size:>10} "
              + " ".join(f"{100 * sizes[name] / size:>9.2f}" for name in columns), flush=True)

    print(f"{'total':{HEAD}} {original:>10} "
          + " ".join(f"{100 * totals[name] / original:>9.2f}" for name in columns))
    best = min(fixed, key=lambda name: totals[name])
    print(f"\nlevel {arguments.level}: auto is {100 * (1 - totals['auto'] / totals[best]):.2f} % below the best "
          f"fixed strategy ({best}) and {100 * (totals['auto'] / totals['oracle'] - 1):.2f} % above the oracle")
    for share, name, fixed_name in sorted(larger, reverse=True):
        print(f"auto is larger than {fixed_name} on {name} by {100 * share:.2f} %")
    errors.sort()
    print(f"sizes expected are off by {100 * errors[len(errors) // 2]:.2f} % in the median of {len(errors)} plans")


main()

#!/usr/bin/python3
"""How the speed of sigma-par grows with cores: a discrete-event model of its flow, fed with a real run.

    benchmarks/scaling/model.py check  [--levels 1,3,5,7] [--build FOLDER] [--runs 5] FILE…
    benchmarks/scaling/model.py page   [--levels …] [--bandwidth GB/s] [--read GB/s] [--write GB/s] FILE…
    benchmarks/scaling/model.py replay TRACE [--threads 1,2,4] [--slowdown F]

The flow (engine/pipeline/flow.h): chunks are read in order by one worker at a time, worked on by any, and
written in order by one worker at a time; at most 2 · T are between the begin of reading and the end of
writing (one with T = 1). A worker does whatever there is, in this order: writing the chunk whose turn it is,
reading the next where there is room, working on the oldest chunk that waits. Chunks of a file are read by
the worker that works on them, and those of a file that is restored are written by it too: then that is part
of its work, and nothing of it is serial. The trace shows which it was.

Times come from `sigma-par --trace` with one thread: of each chunk its reading, its coding, its writing; and
what follows the last one. `check` predicts the runs with one and two threads here and compares them with
what these take, in alternation, the median of RUNS. Two workers slow each other down, by memory and by what
their cores share: that factor is the machine's, and is measured by two processes of one thread at once, never
by the run that is predicted.

`page` writes RESULTS.md: the check, and then 4 … 128 cores at each level. There every stage is taken to be
as fast as here, no faster than storage gives and takes (--read, --write), and the workers together get no
more than --bandwidth of memory, of which a worker takes, while it codes, TRAFFIC bytes for each byte of the
chunk. The chunks of the run are repeated until the ends of the run no longer matter.
"""
import argparse
import collections
import datetime
import heapq
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORES = [1, 2, 4, 8, 16, 32, 64, 128]
IN_FLIGHT = 2  # chunks for each worker, kInFlightPerThread of engine/pipeline/budget.cc
# Bytes that go through memory for each byte of a chunk that is coded: it is read twice (the hash, and the
# coder, which misses the cache in some part), and its code and the tables of the level are written.
TRAFFIC = 4

# Seconds in order, by a worker, in order; bytes of the original, and of the code.
Chunk = collections.namedtuple("Chunk", "read work write size stored")
Run = collections.namedtuple("Run", "chunks finish span")


def load(path):
    """A trace of one run: its chunks in order, what follows them, and the span from its first event to its last."""
    stages, waits, finish, begins, ends = collections.defaultdict(dict), {}, 0.0, [], []
    for event in json.load(open(path))["traceEvents"]:
        if event["ph"] == "b":
            waits[event["args"]["chunk"], event["name"]] = event["ts"]
        if event["ph"] != "X":
            continue
        begins.append(event["ts"])
        ends.append(event["ts"] + event["dur"])
        if event["name"] == "finish":
            finish = event["dur"] / 1e6
        else:
            stages[event["args"]["chunk"]][event["name"]] = event
    chunks = []
    for number in sorted(stages):
        stage = stages[number]
        read, write = stage["read"], stage["write"]
        work = stage["decode"] if "decode" in stage else stage["encode"]
        stored = read if "decode" in stage else write
        # Whoever waits for a worker before it is read is read by it, and so with what is written before its turn.
        own_read, own_write = read["ts"] > waits[number, "queue"], write["ts"] < waits[number, "wait"]
        seconds = work["dur"] + (read["dur"] if own_read else 0) + (write["dur"] if own_write else 0)
        chunks.append(Chunk(0.0 if own_read else read["dur"] / 1e6, seconds / 1e6,
                            0.0 if own_write else write["dur"] / 1e6, work["args"]["bytes"],
                            stored["args"]["bytes"]))
    return Run(chunks, finish, (max(ends) - min(begins)) / 1e6)


def simulate(chunks, threads, finish=0.0, slowdown=lambda busy: 1.0):
    """Seconds that the flow takes, and what share of them each stage was busy.

    A worker's coding goes on at 1 / slowdown(workers that code); everything else takes its time."""
    most = 1 if threads == 1 else IN_FLIGHT * threads
    waiting, done = collections.deque(), {}
    filled = drained = 0
    filling = draining = False
    coding = {}  # worker: [chunk, seconds of its work that are left]
    serial = []  # (end, worker, what, chunk)
    idle = list(range(threads))
    now, busy_read, busy_write, busy_work, starved = 0.0, 0.0, 0.0, 0.0, 0.0
    total = len(chunks)
    while drained < total:
        while idle:
            if not draining and drained in done:
                draining = True
                took = chunks[drained].write
                heapq.heappush(serial, (now + took, idle.pop(), "write", drained))
                busy_write += took
            elif not filling and filled < total and filled - drained < most:
                filling = True
                took = chunks[filled].read
                heapq.heappush(serial, (now + took, idle.pop(), "read", filled))
                busy_read += took
            elif waiting:
                number = waiting.popleft()
                coding[idle.pop()] = [number, chunks[number].work]
            else:
                break
        factor = slowdown(len(coding)) if coding else 1.0
        next_serial = serial[0][0] if serial else float("inf")
        next_coding = now + min(left for _, left in coding.values()) * factor if coding else float("inf")
        then = min(next_serial, next_coding)
        step = then - now
        busy_work += step * len(coding)
        starved += step * len(idle)
        for entry in coding.values():
            entry[1] -= step / factor
        now = then
        for worker in [w for w, (_, left) in coding.items() if left <= 1e-12]:
            done[coding.pop(worker)[0]] = True
            idle.append(worker)
        while serial and serial[0][0] <= now:
            _, worker, what, number = heapq.heappop(serial)
            idle.append(worker)
            if what == "read":
                filling = False
                filled += 1
                waiting.append(number)
            else:
                draining = False
                drained += 1
                del done[number]
    whole = now + finish
    return whole, {"read": busy_read / whole, "write": busy_write / whole,
                   "work": busy_work / (threads * whole), "idle": starved / (threads * whole)}


def start(command, source, level, threads, folder, name, restores):
    """A run of the command that writes a trace, and the trace's path."""
    trace, out = folder / f"{name}.json", folder / f"{name}.out"
    way = ["-d"] if restores else [f"-{level}"]
    return subprocess.Popen([command, "-q", "-f", f"-T{threads}", "--trace", trace, *way, source, "-o", out]), trace


def finish_all(*started):
    for process, _ in started:
        if process.wait() != 0:
            sys.exit("a run failed")
    return [load(trace) for _, trace in started]


def typical(runs):
    """Runs of the same file as one: the median of each figure."""
    columns = zip(*(run.chunks for run in runs))
    chunks = [Chunk(*(statistics.median(values) for values in zip(*same))) for same in columns]
    return Run(chunks, statistics.median(run.finish for run in runs),
               statistics.median(run.span for run in runs))


def work(run):
    return sum(chunk.work for chunk in run.chunks)


def measure(command, source, level, runs, folder, restores):
    """The typical run of one thread, the span with two, and how two of one slow each other down."""
    ones, twos, pairs = [], [], []
    for _ in range(runs):
        ones += finish_all(start(command, source, level, 1, folder, "one", restores))
        twos += finish_all(start(command, source, level, 2, folder, "two", restores))
        pairs += finish_all(*(start(command, source, level, 1, folder, name, restores)
                              for name in ("left", "right")))
    one = typical(ones)
    factor = max(1.0, statistics.median(map(work, pairs)) / statistics.median(map(work, ones)))
    return one, statistics.median(run.span for run in twos), factor


def predict(one, factor):
    """Spans with one thread and with two."""
    first, _ = simulate(one.chunks, 1, one.finish)
    second, _ = simulate(one.chunks, 2, one.finish, lambda busy: factor if busy > 1 else 1.0)
    return first, second


def bind(one, cores, options, restores):
    """Bytes a second on `cores` cores, and what binds there."""
    size = sum(chunk.size for chunk in one.chunks)
    read, written = (sum(c.stored for c in one.chunks), size) if restores else (size, sum(c.stored for c in one.chunks))
    chunks = []
    for chunk in one.chunks:
        taken, given = (chunk.stored, chunk.size) if restores else (chunk.size, chunk.stored)
        chunks.append(chunk._replace(read=chunk.read and max(chunk.read, taken / options.read / 1e9),
                                     write=chunk.write and max(chunk.write, given / options.write / 1e9)))
    times = max(1, -(-40 * cores // len(chunks)))
    demand = TRAFFIC * size / work(one)  # bytes a second of one worker
    bandwidth = options.bandwidth * 1e9
    seconds, busy = simulate(chunks * times, cores, 0.0, lambda n: max(1.0, n * demand / bandwidth))
    rate = size * times / seconds
    # What storage gives and takes, whoever asks for it.
    most = min(options.read * 1e9 * size / read, options.write * 1e9 * size / written)
    if rate > most:
        return most, "storage"
    serial, where = max((busy["read"], "reading in order"), (busy["write"], "writing in order"))
    memory = cores * demand >= bandwidth and busy["work"] > 0.9
    return rate, where if serial > 0.9 else "memory" if memory else "the cores" if busy["work"] > 0.9 else "turns"


def check(options):
    command = options.build / "cli" / "sigma-par"
    rows = []
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = pathlib.Path(name)
        for source in options.files:
            for level in options.levels:
                for restores in (False, True):
                    given = source
                    if restores:
                        given = folder / "stored"
                        subprocess.run([command, "-q", "-f", f"-{level}", source, "-o", given], check=True)
                    one, two, factor = measure(command, given, level, options.runs, folder, restores)
                    first, second = predict(one, factor)
                    rows.append((source, level, restores, one, factor, first, two, second))
                    print(f"{source.name} -{level} {'restoring' if restores else 'compressing'}: "
                          f"1 thread {one.span:.3f} s, model {first:.3f} s ({first / one.span - 1:+.1%}); "
                          f"2 threads {two:.3f} s, model {second:.3f} s ({second / two - 1:+.1%}); two at once "
                          f"take {factor:.3f} times as long", flush=True)
    return rows


def page(options):
    rows = check(options)
    lines = ["# How the speed grows with cores", "",
             f"Written by `benchmarks/scaling/model.py page`, {datetime.date.today()}, on {platform.machine()} "
             f"with {subprocess.getoutput('nproc')} cores; load average before: {options.load}. The model and "
             "its assumptions stand at the top of the script; a figure beyond the cores of this machine is a "
             "prediction, not a measurement.", "",
             "## The model against runs here", "",
             f"Seconds from the first read to the last write, the median of {options.runs} runs in alternation. "
             "*Slowdown*: coding by two processes of one thread at once against one alone.", "",
             "| file | level | direction | 1 thread | model | error | slowdown | 2 threads | model | error |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    errors = []
    for source, level, restores, one, factor, first, two, second in rows:
        errors += [abs(first / one.span - 1), abs(second / two - 1)]
        lines.append(f"| {source.name} | {level} | {'restore' if restores else 'compress'} | {one.span:.3f} | "
                     f"{first:.3f} | {first / one.span - 1:+.1%} | {factor:.2f} | {two:.3f} | {second:.3f} | "
                     f"{second / two - 1:+.1%} |")
    lines += ["", f"Largest error {max(errors):.1%}, median {statistics.median(errors):.1%} (wanted: at most 5 %).",
              "", "## More cores", "",
              f"MB/s of the original. Storage gives {options.read} and takes {options.write} GB/s, memory "
              f"{options.bandwidth} GB/s, of which coding takes {TRAFFIC} bytes a byte. *Binds at*: the first "
              "count that keeps less than nine tenths of its cores at work, and what it waits for.", "",
              "| file | level | direction | " + " | ".join(map(str, CORES)) + " | binds at |",
              "|---" * (len(CORES) + 4) + "|"]
    for source, level, restores, one, *_ in rows:
        rates = [(cores, *bind(one, cores, options, restores)) for cores in CORES]
        bound = next((f"{cores}: {reason}" for cores, rate, reason in rates
                      if rate < 0.9 * cores * rates[0][1]), "above 128")
        lines.append(f"| {source.name} | {level} | {'restore' if restores else 'compress'} | "
                     + " | ".join(f"{rate / 1e6:.0f}" for _, rate, _ in rates) + f" | {bound} |")
    text = "\n".join(lines) + "\n"
    if options.out == "-":
        print(text)
    else:
        pathlib.Path(options.out).write_text(text)


def replay(options):
    run = load(options.trace)
    for threads in options.threads:
        seconds, busy = simulate(run.chunks, threads, run.finish,
                                 lambda n: options.slowdown if n > 1 else 1.0)
        print(f"{threads} threads: {seconds:.6f} s; busy: " +
              ", ".join(f"{name} {share:.1%}" for name, share in busy.items()))
    print(f"the run itself: {run.span:.6f} s")


def numbers(text):
    return [int(part) for part in text.split(",")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    modes = parser.add_subparsers(required=True)
    for name, act in (("check", check), ("page", page)):
        mode = modes.add_parser(name)
        mode.add_argument("files", nargs="+", type=pathlib.Path)
        mode.add_argument("--levels", type=numbers, default=[1, 3, 5, 7])
        mode.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
        mode.add_argument("--runs", type=int, default=5)
        mode.add_argument("--work", type=pathlib.Path, help="where files are written (default: TMPDIR)")
        mode.set_defaults(act=act)
        if act is page:
            mode.add_argument("--bandwidth", type=float, default=200.0)
            mode.add_argument("--read", type=float, default=7.0)
            mode.add_argument("--write", type=float, default=5.0)
            mode.add_argument("--out", default=str(pathlib.Path(__file__).with_name("RESULTS.md")))
    mode = modes.add_parser("replay")
    mode.add_argument("trace")
    mode.add_argument("--threads", type=numbers, default=[1, 2, 4])
    mode.add_argument("--slowdown", type=float, default=1.0)
    mode.set_defaults(act=replay)
    options = parser.parse_args()
    options.load = open("/proc/loadavg").read().split()[0]
    options.act(options)


if __name__ == "__main__":
    main()

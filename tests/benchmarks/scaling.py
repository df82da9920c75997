#!/usr/bin/python3
"""scaling.py SIGMA-PAR: the model of benchmarks/scaling against runs made up by hand and a real trace."""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve()
SPEC = importlib.util.spec_from_file_location("model", HERE.parents[2] / "benchmarks" / "scaling" / "model.py")
sys.dont_write_bytecode = True
model = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(model)


def near(value, wanted, what):
    if abs(value - wanted) > 1e-9 * max(1, abs(wanted)):
        sys.exit(f"{what}: {value}, not {wanted}")


def chunks(count, read, work, write):
    return [model.Chunk(read, work, write, 100, 50)] * count


def span(*given, **named):
    return model.simulate(*given, **named)[0]


def main():
    # One worker does one thing after the other.
    near(span(chunks(10, 1, 5, 2), 1, 3), 83, "one worker")
    # Two share the work: the sum is halved where nothing is waited for.
    near(span(chunks(10, 0, 4, 0), 2), 20, "two workers")
    near(span(chunks(1, 1, 5, 2), 8), 8, "a lone chunk")
    # Reading in order binds: more workers do not help.
    near(span(chunks(100, 1, 5, 0), 128), 105, "bound by reading")
    near(span(chunks(100, 0, 5, 1), 128), 105, "bound by writing")
    # One slow chunk holds those after it: with two workers four are in flight.
    slow = [model.Chunk(0, 100, 0, 1, 1)] + chunks(20, 0, 1, 0)
    near(span(slow, 2), 100 + 17 / 2 + 0.5, "a slow chunk first")
    # Workers that slow each other down.
    near(span(chunks(10, 0, 4, 0), 2, slowdown=lambda busy: 1.5 if busy > 1 else 1), 30, "slowed down")

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = folder / "a"
        source.write_bytes(b"".join(b"%d " % (n * n) for n in range(200000)))
        for way, given in ((["-1", "-B64K"], source), (["-d"], folder / "one.out")):
            trace, out = folder / "trace", folder / ("one.out" if given == source else "two.out")
            subprocess.run([sys.argv[1], "-q", "-f", "-T1", *way, "--trace", trace, given, "-o", out], check=True)
            run = model.load(trace)
            count = -(-source.stat().st_size // 65536)
            if len(run.chunks) != count or sum(c.size for c in run.chunks) != source.stat().st_size:
                sys.exit(f"{way}: {len(run.chunks)} chunks, not {count}")
            alone = span(run.chunks, 1, run.finish)
            if not 0 < alone <= run.span * 1.000001:
                sys.exit(f"{way}: the stages of one worker take {alone} of {run.span} s")
            if span(run.chunks, 4, run.finish) > alone:
                sys.exit(f"{way}: four workers are slower than one")
            out = subprocess.run([HERE.parents[2] / "benchmarks" / "scaling" / "model.py", "replay", trace],
                                 check=True, capture_output=True, text=True).stdout
            if out.count("threads:") != 3:
                sys.exit(out)
    print("passed")


main()

#!/usr/bin/python3
"""A run of sigma-bench as one HTML page: a bar chart per kernel, the SIMD targets side by side.

    sigma-bench --json=run.json
    benchmarks/report/kernels.py run.json [page.html]

The page is self-contained (inline SVG, no script, no network). Within a chart there is a group of bars
per size and a bar per target, in GB/s; the dashed line over a group is memcpy of that size where it fits
the scale. Hovering over a bar shows its figures. Needs Python 3 alone.
"""
import html
import json
import sys

COLOURS = ["#9aa5b1", "#4e79a7", "#59a14f", "#f28e2b", "#e15759", "#b07aa1", "#76b7b2", "#9c755f"]
WIDTH, HEIGHT = 460, 210
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 24
BACKGROUND, AXIS = "#ffffff", "#333333"
STYLE = """
body{font:15px sans-serif;color:#222;background:#fff;margin:2em auto;max-width:64em;padding:0 1em}
table{border-collapse:collapse}td,th{padding:.15em .8em .15em 0;text-align:left;vertical-align:top}
.charts{display:grid;grid-template-columns:repeat(auto-fill,460px);gap:1.2em}
figure{margin:0}figcaption{font-weight:bold}svg{display:block}
.key span{display:inline-block;margin-right:1.2em}.key i{display:inline-block;width:.8em;height:.8em;margin-right:.4em}
"""


def size_text(size):
    for unit, name in ((1 << 20, "MiB"), (1 << 10, "KiB")):
        if size % unit == 0:
            return f"{size // unit} {name}"
    return f"{size} B"


def nice_top(value):
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is not below the value."""
    power = 1e-6
    while True:
        for factor in (1, 2, 2.5, 5):
            if factor * power >= value:
                return factor * power
        power *= 10


def figures(run):
    text = f"{run['kernel']}, {run['target']}, {size_text(run['size'])}: {run['gb_s']:.3g} GB/s"
    if run.get("bytes_per_cycle"):
        text += f", {run['bytes_per_cycle']:.3g} bytes/cycle"
    for key, name in (("to_scalar", "SCALAR"), ("to_memcpy", "memcpy")):
        if run.get(key):
            text += f", {run[key]:.3g} x {name}"
    return html.escape(text)


def chart(runs, targets, memcpy):
    """One SVG: a group per size, a bar per target."""
    sizes = sorted({run["size"] for run in runs})
    top = nice_top(max(run["gb_s"] for run in runs))
    plot_w, plot_h = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    group = plot_w / len(sizes)
    bar = min(0.8 * group / len(targets), 40)
    y = lambda value: TOP + plot_h * (1 - value / top)
    out = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{BACKGROUND}"/>']
    for step in range(5):
        value = top * step / 4
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" '
                   f'stroke="{AXIS if step == 0 else "#dddddd"}"/>'
                   f'<text x="{LEFT - 5}" y="{y(value) + 4:.1f}" font-size="11" text-anchor="end">{value:.3g}</text>')
    for g, size in enumerate(sizes):
        centre = LEFT + (g + 0.5) * group
        start = centre - bar * len(targets) / 2
        for run in runs:
            if run["size"] != size:
                continue
            x = start + bar * targets.index(run["target"])
            out.append(f'<rect x="{x:.1f}" y="{y(run["gb_s"]):.1f}" width="{max(bar - 1, 1):.1f}" '
                       f'height="{max(y(0) - y(run["gb_s"]), 0.5):.1f}" '
                       f'fill="{COLOURS[targets.index(run["target"]) % len(COLOURS)]}"><title>{figures(run)}</title></rect>')
        if 0 < memcpy.get(size, 0) <= top:
            out.append(f'<line x1="{centre - 0.45 * group:.1f}" x2="{centre + 0.45 * group:.1f}" '
                       f'y1="{y(memcpy[size]):.1f}" y2="{y(memcpy[size]):.1f}" stroke="#000000" stroke-dasharray="4 3"/>')
        out.append(f'<text x="{centre:.1f}" y="{HEIGHT - 8}" font-size="11" text-anchor="middle">{size_text(size)}</text>')
    out.append("</svg>")
    return "".join(out)


def page(document):
    good = [run for run in document["runs"] if run.get("gb_s")]
    failed = [run for run in document["runs"] if not run.get("gb_s")]
    memcpy = {run["size"]: run["gb_s"] for run in good if run["kernel"] == "memcpy"}
    good = [run for run in good if run["kernel"] != "memcpy"]
    targets = list(dict.fromkeys(run["target"] for run in good))
    kernels = list(dict.fromkeys(run["kernel"] for run in good))
    out = ["<!doctype html><html lang=en><meta charset=utf-8>",
           "<meta name=viewport content='width=device-width'><title>sigma-bench</title>",
           f"<style>{STYLE}</style><h1>Kernels and coders by SIMD target</h1><table id=machine>"]
    for name, value in document["machine"].items():
        out.append(f"<tr><th>{html.escape(name.replace('_', ' '))}<td>{html.escape(value)}")
    out.append("</table><p>GB/s of input (10^9 bytes), best of the repetitions; the dashed line is memcpy of the same "
               "size in the same run.</p><p class=key>")
    for i, target in enumerate(targets):
        out.append(f"<span><i style='background:{COLOURS[i % len(COLOURS)]}'></i>{html.escape(target)}</span>")
    out.append("</p><div class=charts>")
    for kernel in kernels:
        runs = [run for run in good if run["kernel"] == kernel]
        out.append(f"<figure class=chart><figcaption>{html.escape(kernel)}</figcaption>{chart(runs, targets, memcpy)}</figure>")
    out.append("</div>")
    if failed:
        out.append("<h2>Not measured</h2><ul>")
        for run in failed:
            out.append(f"<li>{html.escape(run['kernel'])}, {html.escape(run['target'])}: {html.escape(run.get('error') or 'no time')}")
        out.append("</ul>")
    return "\n".join(out) + "\n"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        text = page(json.load(file))
    if len(sys.argv) == 2:
        sys.stdout.write(text)
    else:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()

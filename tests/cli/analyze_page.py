#!/usr/bin/python3
"""The page of --analyze --report, as headless Chromium draws it: analyze_page.py SIGMA_PAR

The first input is text, noise and zeros, a chunk each; then come the same chunks in another order, a file whose
name is long and full of markup, and an empty one. Every bar of the map must be where the page says, in the colour
that its strategy has in every map, and the course must have its two lines. No label may touch another, and in a
narrow window the page itself must not be wider than the window: what is wider scrolls in its own box. Exit 77
without Chromium.
"""
import html
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "benchmarks"))
from page import chromium, pixels  # noqa: E402

CHUNK = 1 << 20
# Run in a copy of the page: leaves where everything is, and in which colour, for --dump-dom.
BOXES = """<script>addEventListener('load', () => {
  const box = e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; };
  const all = s => [...document.querySelectorAll(s)];
  const rgb = (e, of) => getComputedStyle(e)[of].match(/\\d+/g).slice(0, 3).map(Number);
  const pre = document.createElement('pre');
  const found = {height: document.documentElement.scrollHeight, width: document.documentElement.scrollWidth,
    bars: all('#map0 rect').map(e => [rgb(e, 'fill'), ...box(e)]),
    strategies: all('.key').filter(e => e.querySelector('rect'))
      .map(e => [e.textContent, rgb(e.querySelector('rect'), 'fill')]),
    course: box(document.querySelector('#course0')),
    lines: all('#course0 polyline').map(e => rgb(e, 'stroke')),
    charts: all('svg.chart').map(e => [e.id, ...[...e.querySelectorAll('text')].map(t => [t.textContent, ...box(t)])]),
    outside: all('h1,h2,p,dd,figcaption,footer,.scroll').filter(e => e.getBoundingClientRect().right > innerWidth)
      .map(e => e.textContent.slice(0, 50)),
    scrolling: all('.scroll').filter(e => e.scrollWidth > e.clientWidth).length,
    clipped: all('.scroll').filter(e => e.scrollWidth > e.clientWidth &&
      getComputedStyle(e).overflowX != 'auto').length,
    ink: rgb(document.body, 'color'), back: rgb(document.body, 'backgroundColor')};
  pre.id = 'boxes';
  pre.textContent = JSON.stringify(found);
  document.body.append(pre);
});</script>"""


def look(program, folder, width, *arguments):
    dom = chromium(program, folder, f"--window-size={width},900", *arguments, "--dump-dom",
                   f"file://{folder}/boxes.html")
    return json.loads(html.unescape(re.search(r'<pre id="boxes">(.*?)</pre>', dom, re.S).group(1)))


def labels_apart(found):
    for name, *labels in found["charts"]:
        assert labels, f"{name} has no labels"
        for i, (one, left, top, w, h) in enumerate(labels):
            for other, left2, top2, w2, h2 in labels[:i]:
                apart = left >= left2 + w2 or left2 >= left + w or top >= top2 + h2 or top2 >= top + h
                assert apart, f"{name}: the labels {one} and {other} touch"


def main():
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("skipped: chromium is missing")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        source = random.Random(1)
        words = [bytes(source.choices(range(97, 123), k=source.randint(2, 9))) for _ in range(4000)]
        text = b" ".join(source.choices(words, k=CHUNK // 4))[:CHUNK]
        noise, zeros = source.randbytes(CHUNK), bytes(CHUNK)
        strange = "long <b>&amp;\n\x1b[31m" + "name-" * 40
        files = {"mixed": text + noise + zeros, "turned": zeros + text + noise, strange: text[:5000], "empty": b""}
        for name, data in files.items():
            (folder / name).write_bytes(data)
        page = folder / "page.html"
        subprocess.run([sys.argv[1], "--analyze", "-3", "--report", page, *(folder / name for name in files)],
                       check=True, stdout=subprocess.DEVNULL)
        text = page.read_text()
        assert not re.search(r"https?://|<script|<link|@import|url\((?!#)", text), "the page is not self-contained"
        (folder / "boxes.html").write_text(text + BOXES)
        size = "--window-size=1100,"
        found = look(program, folder, 1100)
        labels_apart(found)
        colours = {}
        for name, fill in found["strategies"]:
            assert colours.setdefault(name, fill) == fill, f"{name} has two colours"
        assert len({tuple(fill) for fill in colours.values()}) == len(colours), f"a colour twice: {colours}"
        bars = found["bars"]
        assert len({tuple(bar[0]) for bar in bars}) == 3, f"three strategies have three colours: {bars}"
        for before, after in zip(bars, bars[1:]):
            assert abs(before[1] + before[3] - after[1]) < 2, f"bars of one chunk each in a row: {bars}"
        shot = folder / "page.png"
        chromium(program, folder, size + str(int(found["height"])), f"--screenshot={shot}", f"file://{page}")
        width, rows = pixels(shot)
        for fill, left, top, w, h in bars:
            assert left >= 0 and left + w <= width and w > 20 and h > 5, f"{fill}: {left} {top} {w} {h}"
            inside = [rows[y][x] for y in range(int(top) + 2, int(top + h) - 2)
                      for x in range(int(left) + 3, int(left + w) - 3)]
            share = inside.count(tuple(fill)) / len(inside)
            print(fill, "fills", round(share, 3), "of its bar")
            assert share > 0.95, f"{fill} is not drawn"
        left, top, w, h = found["course"]
        course = [rows[y][x] for y in range(int(top), int(top + h)) for x in range(int(left), int(left + w))]
        assert len(found["lines"]) == 2 and found["lines"][0] != found["lines"][1], found["lines"]
        for line in found["lines"]:
            assert course.count(tuple(line)) > 100, f"the course has no line in {line}"
        assert found["scrolling"] == 0, "a wide window has room for all"
        narrow = look(program, folder, 420)
        assert narrow["width"] <= 500, f"a page of {narrow['width']} pixels"
        assert not narrow["outside"], f"beyond the window: {narrow['outside']}"
        assert narrow["scrolling"] >= 9 and narrow["clipped"] == 0, narrow
        labels_apart(narrow)
        dark = look(program, folder, 1100, "--blink-settings=preferredColorScheme=0")
        assert max(found["ink"]) < min(found["back"]) and min(dark["ink"]) > max(dark["back"]), (found, dark)
    print("the map is drawn")


if __name__ == "__main__":
    main()

#!/usr/bin/python3
"""The page of --analyze --report, as headless Chromium draws it: analyze_page.py SIGMA_PAR

The input is text, noise and zeros, a chunk each. Every bar of the map must be where the page says, in the
colour of its strategy, and the course of ratio and entropy must have its two lines. Exit 77 without Chromium.
"""
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
# Run in a copy of the page: leaves where every bar of the map and the course are for --dump-dom.
BOXES = """<script>addEventListener('load', () => {
  const box = e => { const r = e.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; };
  const pre = document.createElement('pre');
  pre.id = 'boxes';
  pre.textContent = JSON.stringify({height: document.documentElement.scrollHeight,
    bars: [...document.querySelectorAll('#map0 rect')].map(e => [e.getAttribute('fill'), ...box(e)]),
    course: box(document.querySelector('#course0'))});
  document.body.append(pre);
});</script>"""


def colour(text):
    return tuple(bytes.fromhex(text[1:]))


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
        (folder / "mixed").write_bytes(text + source.randbytes(CHUNK) + bytes(CHUNK))
        page = folder / "page.html"
        subprocess.run([sys.argv[1], "--analyze", "-3", "--report", page, folder / "mixed"], check=True,
                       stdout=subprocess.DEVNULL)
        html = page.read_text()
        assert not re.search(r"https?://|<script|<link|@import|url\(", html), "the page is not self-contained"
        (folder / "boxes.html").write_text(html + BOXES)
        size = "--window-size=1100,"
        dom = chromium(program, folder, size + "900", "--dump-dom", f"file://{folder}/boxes.html")
        found = json.loads(re.search(r'<pre id="boxes">(.*?)</pre>', dom, re.S).group(1))
        bars = found["bars"]
        assert len({bar[0] for bar in bars}) == 3, f"three strategies have three colours: {bars}"
        for before, after in zip(bars, bars[1:]):
            assert abs(before[1] + before[3] - after[1]) < 2, f"bars of one chunk each in a row: {bars}"
        shot = folder / "page.png"
        chromium(program, folder, size + str(int(found["height"])), f"--screenshot={shot}", f"file://{page}")
        width, rows = pixels(shot)
        for fill, left, top, w, h in bars:
            assert left >= 0 and left + w <= width and w > 20 and h > 5, f"{fill}: {left} {top} {w} {h}"
            inside = [rows[y][x] for y in range(int(top) + 2, int(top + h) - 2)
                      for x in range(int(left) + 3, int(left + w) - 3)]
            share = inside.count(colour(fill)) / len(inside)
            print(fill, "fills", round(share, 3), "of its bar")
            assert share > 0.98, f"{fill} is not drawn"
        left, top, w, h = found["course"]
        course = [rows[y][x] for y in range(int(top), int(top + h)) for x in range(int(left), int(left + w))]
        for line in ("#0072B2", "#E69F00"):
            assert course.count(colour(line)) > 100, f"the course has no line in {line}"
    print("the map is drawn")


if __name__ == "__main__":
    main()

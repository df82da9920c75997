#!/usr/bin/python3
"""The page of a short run of sigma-bench, as headless Chromium draws it: page.py SIGMA_BENCH

Every chart must have its box in the page and coloured bars inside that box on the screenshot, a colour for
each target. Exit 77 without Chromium (Debian: chromium).
"""
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "benchmarks/report"))
import kernels  # noqa: E402

KERNELS = ["kernels/delta16", "kernels/planes32_split", "kernels/count_bytes"]
# Run in a copy of the page: leaves where each chart is in the document for --dump-dom.
BOXES = """<script>addEventListener('load', () => {
  const boxes = [...document.querySelectorAll('figure.chart')].map(f => {
    const r = f.querySelector('svg').getBoundingClientRect();
    return [f.querySelector('figcaption').textContent, r.left, r.top, r.width, r.height];
  });
  const pre = document.createElement('pre');
  pre.id = 'boxes';
  pre.textContent = JSON.stringify({height: document.documentElement.scrollHeight, boxes});
  document.body.append(pre);
});</script>"""


def chromium(program, folder, *arguments):
    command = [program, "--headless", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={folder}/profile",
               "--force-device-scale-factor=1", *arguments]
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    return subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.decode()


def pixels(path):
    """Width and rows of (r, g, b) of an 8-bit PNG with or without alpha (RFC 2083)."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert depth == 8 and colour in (2, 6)
            step = 3 if colour == 2 else 4
        if kind == b"IDAT":
            packed += body
        at += size + 12
    raw, rows, above = zlib.decompress(packed), [], bytearray(width * step)
    for y in range(height):
        line = bytearray(raw[y * (width * step + 1):(y + 1) * (width * step + 1)])
        filter_type, row = line[0], line[1:]
        for i in range(len(row)):
            left = row[i - step] if i >= step else 0
            up = above[i]
            if filter_type == 1:
                row[i] = (row[i] + left) & 255
            elif filter_type == 2:
                row[i] = (row[i] + up) & 255
            elif filter_type == 3:
                row[i] = (row[i] + (left + up) // 2) & 255
            elif filter_type == 4:
                corner = above[i - step] if i >= step else 0
                p = left + up - corner
                near = min((abs(p - left), 0, left), (abs(p - up), 1, up), (abs(p - corner), 2, corner))
                row[i] = (row[i] + near[2]) & 255
        rows.append([tuple(row[x * step:x * step + 3]) for x in range(width)])
        above = row
    return width, rows


def main():
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        print("skipped: chromium is missing")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run([sys.argv[1], f"--json={folder}/run.json", "--benchmark_min_time=0.001", "--size=4K,64K",
                        "--benchmark_repetitions=1", f"--benchmark_filter=^({'|'.join(KERNELS)})/"],
                       check=True, stdout=subprocess.DEVNULL)
        run = json.loads((folder / "run.json").read_text())
        text = kernels.page(run)
        assert not re.search(r"https?://|<script|<link|@import|url\(", text), "the page is not self-contained"
        for value in run["machine"].values():
            assert kernels.html.escape(value) in text, value
        (folder / "page.html").write_text(text)
        (folder / "boxes.html").write_text(text + BOXES)
        size = "--window-size=1100,"
        dom = chromium(program, folder, size + "900", "--dump-dom", f"file://{folder}/boxes.html")
        found = json.loads(re.search(r'<pre id="boxes">(.*?)</pre>', dom, re.S).group(1))
        assert sorted(box[0] for box in found["boxes"]) == sorted(KERNELS), found
        shot = folder / "page.png"
        chromium(program, folder, size + str(int(found["height"])), f"--screenshot={shot}", f"file://{folder}/page.html")
        width, rows = pixels(shot)
        targets = list(dict.fromkeys(r["target"] for r in run["runs"] if r["kernel"] != "memcpy"))
        colours = {tuple(bytes.fromhex(kernels.COLOURS[i][1:])): t for i, t in enumerate(targets)}
        for name, left, top, w, h in found["boxes"]:
            assert left >= 0 and left + w <= width and top + h <= len(rows), f"{name} is off the page"
            box = [rows[y][x] for y in range(int(top) + 1, int(top + h)) for x in range(int(left) + 1, int(left + w))]
            counts = {target: box.count(colour) for colour, target in colours.items()}
            other = sum(pixel != (255, 255, 255) for pixel in box) - sum(counts.values())
            print(name, counts, "other", other)
            assert all(count > 20 for count in counts.values()), f"{name}: a target has no bar: {counts}"
            assert other > 200, f"{name}: no axes"
    print("charts are drawn")


if __name__ == "__main__":
    main()

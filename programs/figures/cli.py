"""python -m figures.cli exercises.json out_dir [--build a|b] [--skin light|medium|deep]"""

from __future__ import annotations

import argparse
import base64
import json
from html import escape
from pathlib import Path

from .render import animation, still, strip
from .skeleton import Exercise, load_exercise
from .validate import check


def contact_sheet(items: list[tuple[Exercise, str]], columns: int = 6, cell: int = 250, height: int = 200) -> str:
    rows = -(-len(items) // columns)
    out = []
    for i, (ex, text) in enumerate(items):
        x, y = (i % columns) * cell, (i // columns) * (height + 24)
        data = base64.b64encode(text.encode()).decode()
        out.append(
            f'<rect x="{x + 4}" y="{y + 4}" width="{cell - 8}" height="{height + 16}" rx="10" fill="#fff"/>'
            f'<image x="{x + 8}" y="{y + 8}" width="{cell - 16}" height="{height - 12}" href="data:image/svg+xml;base64,{data}"/>'
            f'<text x="{x + 12}" y="{y + height + 13}" font-family="sans-serif" font-size="11" fill="#3f434c">{escape(ex.key)}</text>'
        )
    w, h = columns * cell, rows * (height + 24)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}"><rect width="{w}" height="{h}" fill="#f3f2ef"/>{"".join(out)}</svg>'


def main() -> int:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("data", type=Path)
    ap.add_argument("out", type=Path)
    ap.add_argument("--build", default="", choices=["", "a", "b"])
    ap.add_argument("--skin", default="", choices=["", "light", "medium", "deep"])
    ap.add_argument("--stills-only", action="store_true")
    args = ap.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    sheet, bad = [], 0
    for i, item in enumerate(json.loads(args.data.read_text("utf-8"))["items"]):
        ex = load_exercise(item)
        look = dict(build=args.build or "ab"[i % 2], skin=args.skin or ("medium", "light", "deep")[i % 3])
        pic = still(ex, **look)
        (args.out / f"{ex.key}.svg").write_text(pic, "utf-8")
        if not args.stills_only:
            (args.out / f"{ex.key}-anim.svg").write_text(animation(ex, **look), "utf-8")
            (args.out / f"{ex.key}-strip.svg").write_text(strip(ex, **look), "utf-8")
        sheet.append((ex, pic))
        for problem in check(ex, look["build"]):
            bad += 1
            print(f"{ex.key}: {problem}")
    (args.out / "contact_sheet.svg").write_text(contact_sheet(sheet), "utf-8")
    print(f"{len(sheet)} exercises, {bad} problems")
    return 1 if bad else 0


if __name__ == "__main__":
    raise SystemExit(main())

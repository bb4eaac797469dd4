"""The assets step: third-party front-end files come from node_modules into clinics/static/vendor/, which git ignores.

Each keeps its licence beside it. Our own CSS is joined into one file, our icons and lucide's into one sprite.
"""

import re
import shutil
from pathlib import Path

from config import body_figures

BASE_DIR = Path(__file__).resolve().parent.parent
MODULES = BASE_DIR / "node_modules"
CSS = BASE_DIR / "clinics" / "static" / "clinics" / "css"
VENDOR = BASE_DIR / "clinics" / "static" / "vendor"

# Target in vendor/ -> source in node_modules/.
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
    "alpine-csp.min.js": "@alpinejs/csp/dist/cdn.min.js",
    "event-calendar.min.js": "@event-calendar/build/dist/event-calendar.min.js",
    "fonts/inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-opsz-normal.woff2",
    "fonts/inter-latin-ext.woff2": "@fontsource-variable/inter/files/inter-latin-ext-opsz-normal.woff2",
    "fonts/inter.LICENSE": "@fontsource-variable/inter/LICENSE",
    "lucide.LICENSE": "lucide-static/LICENSE",
}
# Alpine's package ships no licence file. Its terms are those of the library it contains, word for word (MIT).
ALPINE_NOTICE = "Alpine.js: Copyright © 2019-2021 Caleb Porzio and contributors. It contains Vue's reactivity:\n\n"
ALPINE_TERMS = "@vue/reactivity/LICENSE"
# So does the calendar's (MIT, says its package.json); it is written with Svelte, whose run time the file contains.
CALENDAR_NOTICE = """\
EventCalendar: MIT License, Copyright (c) 2021 vkurko. It contains the run time of Svelte:
MIT, Copyright (c) 2016-2025 its contributors (https://github.com/sveltejs/svelte/graphs/contributors).
The terms of both:

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
CALENDAR_CSS = "@event-calendar/build/dist/event-calendar.min.css"

ICONS = (  # noqa: SIM905  # eighty short words read better than eighty lines
    "activity arrow-left arrow-right arrow-up-right bell bone brain calendar calendar-check check-check calendar-clock "
    "chart-line check chevron-down chevron-left chevron-right circle-alert circle-help clipboard-list clock "
    "cloud-off door-open dumbbell ellipsis eye file-text flag flame grip-vertical hand heart-pulse house info "
    "keyboard key-round layout-grid list-checks lock log-in log-out mail map-pin menu message-circle minus moon "
    "pause pen-line phone pin play plus printer refresh-cw repeat rotate-ccw search settings shield-alert "
    "shield-check skip-forward smile sun target timer trash-2 trending-down trending-up triangle-alert undo-2 "
    "user-plus user-round users volume-2 wifi-off x "
).split()
# Plumbline's own glyphs: the plumb bob, and the state of a factor, told by shape first and by colour second.
GLYPHS = {
    "bob-supported": '<path d="M8 0v5"/><path d="m8 5 4 4.5-4 6-4-6z" fill="currentColor"/>',
    "bob-possible": '<path d="M8 0v5"/><path d="m8 5 4 4.5-4 6-4-6z"/><path d="M8 5v10.5l-4-6z" fill="currentColor"/>',
    "bob-none": (
        '<path d="M8 0v4" stroke-dasharray="1.5 2"/><path d="m8 5 4 4.5-4 6-4-6z" stroke-dasharray="1.8 1.8"/>'
    ),
    "bob-resolved": (
        '<path d="M8 0v3"/><path d="m8 3 5 5.5-5 7-5-7z" fill="currentColor"/>'
        '<path stroke="var(--tick, #fff)" d="m5.7 8.5 1.7 1.7 3-3.2"/>'
    ),
    "bob-improving": (
        '<path d="M8 0v5"/><path d="m8 5 4 4.5-4 6-4-6z"/><path d="M5.2 11.4h5.6L8 15.5z" fill="currentColor"/>'
    ),
    "mark": '<path d="M12 1v8"/><path d="m12 9 5.5 6L12 23l-5.5-8z" fill="currentColor"/>',
}


def build() -> None:
    """Raises SystemExit with one sentence where node_modules is not complete."""
    for target, source in FILES.items():
        _copy(MODULES / source, VENDOR / target)
    _write(VENDOR / "alpine-csp.LICENSE", ALPINE_NOTICE + (MODULES / ALPINE_TERMS).read_text(encoding="utf-8"))
    _write(VENDOR / "event-calendar.LICENSE", CALENDAR_NOTICE)
    _write(VENDOR / "event-calendar.css", calendar_stylesheet())
    _build_figures()
    _write(VENDOR / "sprite.svg", sprite())
    _write(VENDOR / "plumbline.css", stylesheet())


def _build_figures() -> None:
    licence = _installed(MODULES / body_figures.LICENCE).read_text(encoding="utf-8")
    _write(VENDOR / "body.LICENSE", body_figures.CHANGES + licence)
    for figure in body_figures.FIGURES:
        _write(VENDOR / f"body-{figure}.svg", body_figures.figure_svg(figure, MODULES))


def _installed(source: Path) -> Path:
    if not source.exists():
        raise SystemExit(f"{source.relative_to(BASE_DIR)} is missing: run `make setup`, which installs it.")
    return source


def _copy(source: Path, target: Path) -> None:
    _installed(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
        shutil.copyfile(source, target)


def _write(target: Path, text: str) -> None:
    """Only what changed, so that a browser's copy and the clock of the file stay good."""
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


def sprite() -> str:
    """One SVG with a symbol for each icon."""
    symbols = [f'<symbol id="{name}" viewBox="0 0 24 24">{_inside(name)}</symbol>' for name in ICONS]
    for name, body in GLYPHS.items():
        size = 24 if name == "mark" else 16
        symbols.append(f'<symbol id="{name}" viewBox="0 0 {size} {size}">{body}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _inside(name: str) -> str:
    source = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    source = re.sub(r"<!--.*?-->", "", source, flags=re.DOTALL)
    return " ".join(re.sub(r"^.*?<svg[^>]*>", "", source, flags=re.DOTALL).replace("</svg>", "").split())


_IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\);')


def stylesheet() -> str:
    """plumbline.css with its imports written out, each in its layer: one request instead of two dozen.

    Comments and indentation stay at home; they were a quarter of what a phone loads.
    """

    def written_out(found: re.Match[str]) -> str:
        text = (CSS / found["path"]).read_text(encoding="utf-8")
        return f"@layer {found['layer']} {{\n{text}\n}}"

    joined = _IMPORT.sub(written_out, (CSS / "plumbline.css").read_text(encoding="utf-8"))
    return re.sub(r"\n\s+", "\n", re.sub(r"/\*.*?\*/", "", joined, flags=re.DOTALL))


def calendar_stylesheet() -> str:
    """The calendar's own, in the weakest layer that still beats the reset: unlayered rules would beat all of ours."""
    return f"@layer base {{\n{(MODULES / CALENDAR_CSS).read_text(encoding='utf-8')}\n}}\n"


if __name__ == "__main__":
    build()

"""The code as the guards read it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "clinics", "patients", "programs", "portal")  # from the highest to the lowest: see ORDER
ORDER = {"clinics": 0, "patients": 1, "programs": 2, "portal": 3, "config": 4}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Source:
    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))


@cache
def product() -> tuple[Source, ...]:
    """Our own Python, without migrations, which are written by a machine."""
    return tuple(_read(path) for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if _is_ours(path))


@cache
def our_tests() -> tuple[Source, ...]:
    return tuple(_read(path) for path in sorted((ROOT / "tests").rglob("*.py")))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted(path for app in APPS for path in (ROOT / app).rglob("templates/**/*") if path.is_file()))


@cache
def statics() -> tuple[Path, ...]:
    """Our own scripts and styles, without what packages bring."""
    found = (path for app in APPS for kind in ("js", "css") for path in (ROOT / app).rglob(f"static/**/*.{kind}"))
    return tuple(sorted(path for path in found if _is_ours(path)))


def _is_ours(path: Path) -> bool:
    return not {"migrations", "node_modules", "vendor"} & set(path.parts)


def _read(path: Path) -> Source:
    text = path.read_text()
    return Source(path, text, ast.parse(text))


def functions(source: Source) -> Iterator[tuple[str, Function]]:
    """Qualified names, such as `clinics/audit.py::record` or `clinics/tenancy.py::ClinicManager.get_queryset`."""
    yield from _functions(source.tree, f"{source.name}::")


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            yield prefix + child.name, child
            yield from _functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{prefix}{child.name}.")
        else:
            yield from _functions(child, prefix)


def length(function: Function) -> int:
    """Lines from `def` to the end, the docstring not counted."""
    first = function.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def is_view_module(source: Source) -> bool:
    return "views" in source.path.relative_to(ROOT).parts or source.path.name in {"api.py", "home.py", "health.py"}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """The last name of what is called: `.raw` of `Model.objects.raw(...)`, `open` of `open(...)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield f".{node.func.attr}", node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node


def excused(found: set[str], reasons: dict[str, str]) -> tuple[set[str], set[str]]:
    """(what is found and not excused, excuses that nothing needs any more). Both must be empty."""
    assert all(reason.strip() for reason in reasons.values()), "an exception says why"
    return found - set(reasons), set(reasons) - found

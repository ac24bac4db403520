"""The rooms: imports point one way, no cycle, faces say what they export, nothing heavy is loaded."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FACES = ("index", "rag", "rag.evaluation")
ROOMS = {"index": (), "rag": ("index",), "ui": ("rag", "index")}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
}
HEAVY = ("torch", "gradio", "sentence_transformers", "transformers", "pandas", "scipy", "langchain", "langchain_core")


def _imports(path: Path, *, top_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_only else list(ast.walk(tree))
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            full = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else node.module for name in full}
    return found


@pytest.mark.parametrize("module", MODULES)
def test_a_room_is_entered_by_its_face_and_in_one_direction(module: str) -> None:
    room = module.split(".")[0]
    for name in _imports(MODULES[module]):
        other = name.split(".")[0]
        if other in ROOMS and other != room:
            assert other in ROOMS[room], f"{module} imports {name}: imports point ui -> rag -> index"
            assert name not in MODULES or name in FACES, f"{module} imports {name}, an inner module of {other}"


def test_no_cycle() -> None:
    graph = {m: _imports(p, top_only=True) & set(MODULES) - {m} for m, p in MODULES.items()}
    done: set[str] = set()

    def walk(module: str, above: tuple[str, ...]) -> None:
        assert module not in above, f"cycle: {' -> '.join((*above, module))}"
        if module in done:
            return
        for other in graph[module]:
            if "." in other:  # a face is only names
                walk(other, (*above, module))
        done.add(module)

    for module in graph:
        walk(module, ())


@pytest.mark.parametrize("room", ROOMS)
def test_a_face_exports_what_it_says(room: str) -> None:
    face = importlib.import_module(room)
    names = getattr(face, "__all__", [])
    assert len(set(names)) == len(names)
    assert all(hasattr(face, name) for name in names)


def test_importing_the_library_loads_nothing_heavy() -> None:
    code = f"import sys, index, rag; print([m for m in {HEAVY!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(("package", "home"), [("faiss", "index.dense"), ("gradio", "ui.app")])
def test_a_dependency_stands_behind_one_file(package: str, home: str) -> None:
    users = {m for m, path in MODULES.items() if package in {name.split(".")[0] for name in _imports(path)}}
    assert users <= {home}


def test_nothing_unsafe_is_imported() -> None:
    unsafe = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve", "langchain_community"}
    for module, path in MODULES.items():
        assert not unsafe & {name.split(".")[0] for name in _imports(path)}, module

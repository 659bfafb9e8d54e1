"""Finds every sentence that an error of the other rooms can say, so that it can be translated.

Those rooms write English and know no Qt. Their sentences are read off the sources, with a field for each
value (`'{name}' is empty (0 bytes).`), and written into `error_sentences.py`, by which `told` recognises
them. Run by `python -m fer_desktop.ui.words`.
"""

from __future__ import annotations

import ast
import builtins
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).resolve().parents[1]
TARGET: Final = Path(__file__).with_name("error_sentences.py")

COMMAND_LINE: Final = (
    "analyse.py",
    "benchmark.py",
    "cli.py",
    "cluster.py",
    "delay_command.py",
    "export_command.py",
    "privacy_commands.py",
    "report_command.py",
    "smoke_test.py",
    "work.py",
    "ui/error_words.py",
    "capture/expand.py",
    "session/forget.py",
    "session/groups",
)
"""What never reaches the window: the command line speaks English."""
MAKERS: Final = ("_broken", "damaged")
"""Functions that make a part of their text an error's."""
VALUES: Final = ("video", "picture", "photo", "camera", "stream", "text", "sound", "other", "any text")
"""Words that fill a field."""

_HEAD: Final = '''"""What errors say, with fields for values. Made by `python -m fer_desktop.ui.words`."""

from __future__ import annotations

from typing import Final

from fer_desktop.ui.words import QT_TRANSLATE_NOOP

SENTENCES: Final = (
'''


class UnreadableError(Exception):
    """A text of an error that cannot be read off the source."""


def modules() -> list[Path]:
    """Where errors are made that the window may show."""
    command_line = [PACKAGE / name for name in COMMAND_LINE]
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if not any(path == other or other in path.parents for other in command_line)
    ]


def sentences() -> list[str]:
    """All of them, sorted. Raises `UnreadableError` that says where one cannot be found out."""
    found = set(VALUES)
    for path in modules():
        found |= set(sentences_of(path))
    return sorted(text for text in found if any(letter.isalpha() for letter in _without_fields(text)))


def sentences_of(module: Path) -> Iterator[str]:
    """Those of one module, and the texts that fill their fields. Raises `UnreadableError`."""
    return _Module(module).sentences()


def fields(sentence: str) -> list[str]:
    """The names of its fields."""
    return [name for _, name, _, _ in string.Formatter().parse(sentence) if name]


def source() -> str:
    """`error_sentences.py` as it should be."""
    lines = [f'    QT_TRANSLATE_NOOP("Errors", {_quoted(text)}),\n' for text in sentences()]
    return _HEAD + "".join(lines) + ")\n"


class _Module:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._tree = ast.parse(path.read_text(encoding="utf-8"))
        self._constants = {
            target.id: node.value
            for node in self._tree.body
            for target in _targets(node)
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        }

    def sentences(self) -> Iterator[str]:
        functions = [n for n in ast.walk(self._tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in (self._tree, *functions):
            for node in _inside(function):
                if not isinstance(node, ast.Call):
                    continue
                name = _called(node)
                parts = [*node.args, *(keyword.value for keyword in node.keywords)]
                if name in MAKERS:
                    for part in parts:
                        yield from _literals(part)
                elif name.endswith("Error") and not hasattr(builtins, name):
                    for part in parts:
                        yield from self._texts(part, function)

    def _texts(self, node: ast.expr, function: ast.AST) -> Iterator[str]:
        """Every text that an expression may be, and every text that fills one of its fields."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield _escaped(node.value)
        elif isinstance(node, ast.JoinedStr):
            yield _pattern(node)
            for part in node.values:
                if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
                    yield from self._assigned(part.value, function)
        elif isinstance(node, ast.IfExp):
            yield from self._texts(node.body, function)
            yield from self._texts(node.orelse, function)
        elif isinstance(node, ast.Name):
            texts = list(self._assigned(node, function))
            if not texts and node.id in self._constants:
                texts = list(_literals(self._constants[node.id]))
            if not texts:
                raise UnreadableError(f"{self._path.name}:{node.lineno}: where is '{node.id}' from?")
            yield from texts
        elif not _is_known(node):
            raise UnreadableError(f"{self._path.name}:{node.lineno}: {ast.unparse(node)}")

    def _assigned(self, name: ast.Name, function: ast.AST) -> Iterator[str]:
        for node in ast.walk(function):
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            if name.id in [target.id for target in _targets(node)]:
                yield from _literals(node.value)


def _literals(node: ast.expr) -> Iterator[str]:
    """The texts that stand there in full."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield _escaped(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield _pattern(node)
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _targets(node: ast.AST) -> list[ast.Name]:
    if isinstance(node, ast.Assign):
        return [target for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target]
    return []


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    """What belongs to the function itself, without the functions in it."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child
            yield from _inside(child)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _is_known(node: ast.expr) -> bool:
    """A text that has been translated, or a value that is none of ours."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") in {"translate", "str"}
    return isinstance(node, ast.Constant | ast.Attribute)


def _escaped(text: str) -> str:
    """With braces that are no field's."""
    return text.replace("{", "{{").replace("}", "}}")


def _pattern(node: ast.JoinedStr) -> str:
    """The text with a field for each value, called as the value is."""
    text, taken = "", set[str]()
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += _escaped(str(part.value))
        elif isinstance(part, ast.FormattedValue):
            name = _field(part.value)
            while name in taken:
                name += "_"
            taken.add(name)
            text += f"{{{name}}}"
    return text


def _field(value: ast.expr) -> str:
    for node in ast.walk(value):
        if isinstance(node, ast.Attribute):
            return node.attr
        if isinstance(node, ast.Name):
            return node.id
    return "value"


def _without_fields(text: str) -> str:
    return "".join(fixed for fixed, *_ in string.Formatter().parse(text))


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

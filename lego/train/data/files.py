"""Files and folders that a source names."""

from __future__ import annotations

from pathlib import Path

from lego.diagnostics import Problem


def existing_file(where: str) -> Path:
    """The path of a file.

    Raises:
        Problem: `not-found`.
    """
    path = Path(where).expanduser()
    if not path.is_file():
        raise Problem("not-found", _message(where, path, "file"))
    return path


def existing_folder(where: str) -> Path:
    """The path of a folder.

    Raises:
        Problem: `not-found`.
    """
    path = Path(where).expanduser()
    if not path.is_dir():
        raise Problem("not-found", _message(where, path, "folder"))
    return path


def _message(where: str, path: Path, kind: str) -> str:
    other = "file" if kind == "folder" else "folder"
    return f"`{where}` is a {other}, not a {kind}" if path.exists() else f"there is no {kind} `{where}`"

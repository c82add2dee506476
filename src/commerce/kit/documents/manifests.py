"""Manifests: the documents of a client, as its build tool wrote them down."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

APOLLO = "apollo-persisted-query-manifest"


class ManifestError(Exception):
    """A manifest that cannot be used; the text says which, and why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """The documents of one file, by their ids."""

    path: Path
    documents: dict[str, str]


def manifests_in(paths: Iterable[Path]) -> list[Manifest]:
    """The manifests of these files and folders; of a folder, all that end in `.json`."""
    files = [file for path in paths for file in _files(path)]
    manifests = [Manifest(file, _documents(file)) for file in files]
    known: dict[str, Manifest] = {}
    for manifest in manifests:
        for key, text in manifest.documents.items():
            other = known.setdefault(key, manifest)
            if other.documents[key] != text:
                raise ManifestError(f"{manifest.path} and {other.path} have different documents with the id {key!r}.")
    return manifests


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    files = sorted(path.glob("*.json"))
    if not files:
        raise ManifestError(f"{path} holds no file that ends in .json.")
    return files


def _documents(path: Path) -> dict[str, str]:
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise ManifestError(f"{path} cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise ManifestError(f"{path} is not valid JSON: {error}.") from error
    is_apollo = isinstance(content, dict) and content.get("format") == APOLLO
    documents = _of_apollo(path, content) if is_apollo else content
    if not isinstance(documents, dict) or not all(isinstance(text, str) for text in documents.values()):
        raise ManifestError(f"{path} is neither a map from ids to documents nor a manifest of Apollo.")
    if not documents:
        raise ManifestError(f"{path} holds no documents.")
    return documents


def _of_apollo(path: Path, content: dict[str, Any]) -> dict[str, str]:
    """The documents of Apollo's format, which names more of each operation than its text."""
    if content.get("version") != 1:
        raise ManifestError(f"{path} has version {content.get('version')!r} of Apollo's format; only 1 is known.")
    try:
        return {operation["id"]: operation["body"] for operation in content["operations"]}
    except (KeyError, TypeError) as error:
        raise ManifestError(f"{path} has an operation without an id or a body.") from error

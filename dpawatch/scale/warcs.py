"""WARC files by their paths, local or at an fsspec URL, each with what tells that it has changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from fsspec.core import has_magic, url_to_fs

from dpawatch.inputs import BadLine

# what file systems call the mark of a file's content, or else the time of its last change
_MARKS = ("ETag", "etag", "md5Hash", "content_hash", "LastModified", "last_modified", "mtime")


@dataclass(frozen=True, slots=True)
class Warc:
    """A WARC file: where it is, its size in bytes (0: not known), and the mark of its content."""

    url: str
    size: int
    mark: str

    def name_shard(self, pipeline: str) -> str:
        """Return the name of the shard that a version of the pipeline makes of this file as it is now."""
        return f"{self.stem}-{_digest(self.size, self.mark)}-{_digest(pipeline)}"

    @property
    def stem(self) -> str:
        """Return the part of the shard's name that stays when the file or the pipeline changes."""
        name = PurePosixPath(self.url).name.removesuffix(".gz").removesuffix(".warc")
        return f"{re.sub('[^A-Za-z0-9_.-]', '_', name).lstrip('.')}-{_digest(self.url)}"


def find_warcs(paths: Iterable[str]) -> tuple[list[Warc], list[BadLine]]:
    """Return the files at paths, URLs and patterns of them ("*"), each once and by name; and what is not there."""
    found: dict[str, Warc] = {}
    bad: list[BadLine] = []
    for path in paths:
        try:
            warcs = _look_up(path)
        except (OSError, ValueError, ImportError) as error:
            reason = getattr(error, "strerror", None) or str(error).partition("\n")[0] or type(error).__name__
            bad.append(BadLine(path, None, f"cannot be read: {reason}"))
            continue
        found |= {warc.url: warc for warc in warcs}
        if not warcs:
            bad.append(BadLine(path, None, "there is no such file"))
    return sorted(found.values(), key=lambda warc: warc.url), bad


def _look_up(path: str) -> list[Warc]:
    fs, place = url_to_fs(path)
    warcs = []
    for at in fs.glob(place) if has_magic(place) else [place]:
        info = fs.info(at)
        if info["type"] == "directory":
            raise IsADirectoryError(21, f"it is a folder; give its files: {path.rstrip('/')}/*.warc.gz")
        mark = next((str(info[key]) for key in _MARKS if info.get(key)), "")
        warcs.append(Warc(str(fs.unstrip_protocol(at)), info.get("size") or 0, mark))
    return warcs


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:8]

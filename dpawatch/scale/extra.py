"""The libraries that only large work needs: whether they are installed."""

from __future__ import annotations

from importlib.util import find_spec

from dpawatch.errors import ExtraError

LIBRARIES = ("distributed", "fsspec", "pyarrow")


def require_extra() -> None:
    """Raise ExtraError, which says how to install them, unless all libraries of the extra `scale` are there."""
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise ExtraError(f"{', '.join(missing)} not installed; this takes the extra: pip install 'dpawatch[scale]'")

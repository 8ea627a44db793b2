"""The outside of a session's file: whether it is one at all, told without reading its arrays. Needs no torch."""

import json
import struct
from collections.abc import Iterable
from typing import Any

from linviz.core.session_header import VERSIONS
from linviz.errors import InputError

FORMAT = "linviz session"
_LENGTH = struct.Struct("<Q")
_FOREIGN = {
    b"PK\x03\x04": "a zip archive, as .pt and .npz files are",
    **{bytes((0x80, version)): "a pickle, as old .pt files are" for version in range(2, 6)},
}
"""Files that others may open by running what is in them, by how they begin."""


def outer_header(data: bytes) -> tuple[dict[str, str], set[str]]:
    """Look at safetensors' own header: give the metadata, and the types of the arrays as it names them.

    Raises
    ------
    InputError
        If these bytes are no session of a version that is read, with a sentence that goes on after "can't open FILE: ".
    """
    length = _LENGTH.unpack_from(data)[0] if len(data) >= _LENGTH.size else 0
    if not data.startswith(b"{", _LENGTH.size):
        for beginning, kind in _FOREIGN.items():
            if data.startswith(beginning):
                raise InputError(f"it is {kind}; such files can run programs, and linviz doesn't open them")
        raise InputError("it is no session that linviz saved" if data else "it is empty")
    if length > len(data) - _LENGTH.size:
        raise InputError(f"it is cut short: it has {len(data):,} bytes, its header alone {length:,}")
    try:
        header = strict_json(data[_LENGTH.size : _LENGTH.size + length].decode())  # json would guess at encodings
    except (ValueError, RecursionError) as error:
        raise InputError(f"its header is damaged ({error})") from error
    metadata = header.pop("__metadata__", {}) if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise InputError("its header is damaged")
    kind, _, version = metadata.get("format", "").rpartition(" ")
    if kind != FORMAT or "session" not in metadata:
        raise InputError("it is no session that linviz saved")
    if version not in map(str, VERSIONS):
        raise InputError(
            f"it is of version {version[:20]} of the format and this linviz reads versions 1 to {VERSIONS[-1]}: "
            "open it with a newer linviz"
        )
    dtypes = {entry.get("dtype") if isinstance(entry, dict) else None for entry in header.values()}
    return metadata, {str(dtype) for dtype in dtypes}


def strict_json(text: str) -> Any:
    """Read JSON in which no key is there twice and every number is one.

    Raises
    ------
    ValueError, RecursionError
        If it is none.
    """
    return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key[:40]!r} is there twice")
        found[key] = value
    return found


def _refuse(word: str) -> Any:
    raise ValueError(f"{word} is no number of JSON")

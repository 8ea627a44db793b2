"""Sessions in files: safetensors for the arrays, a JSON header of our own in its metadata; ``resources/session.md``.

Nothing that a file holds is ever run: bytes become arrays, JSON becomes the types of `linviz.core.session_header`.
"""

import hashlib
import math
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import psutil
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from linviz import __version__
from linviz.core import names
from linviz.core.command import Edit
from linviz.core.saved_branch import Computed, SavedBranch, States
from linviz.core.session import Session
from linviz.core.session_envelope import FORMAT, outer_header, strict_json
from linviz.core.session_header import (
    KNOWS_DATA,
    BranchRecord,
    Header,
    PlaceRecord,
    command_of,
    record_of,
    settings_record,
)
from linviz.core.session_problem import is_plain, problem_arrays, problem_of, problem_record
from linviz.core.settings import Settings
from linviz.core.whole_file import read_whole, write_whole
from linviz.errors import InputError

SUFFIX = ".linviz"
LONGEST = 400
"""Characters that are said of a file, of which some are its own."""
COPIES = 3
"""How often what a file holds is in memory while it is read."""
FLOATS = ("float32", "float64")
MEMORY = "memory."
_DTYPES = {"F32", "F64", "I64"}

Arrays = dict[str, NDArray[Any]]


def write_session(session: Session, path: Path) -> None:
    """Write a session into a file, all or nothing.

    Raises
    ------
    InputError
        If it can't be written; the file from before is as it was.
    """
    write_whole(path, to_bytes(session))


def read_session(path: Path) -> Session:
    """Read a session from a file.

    Raises
    ------
    InputError
        If there is none in it.
    """
    data = read_whole(path, psutil.virtual_memory().available // COPIES)
    try:
        return from_bytes(data)
    except InputError as error:
        raise InputError(f"can't open {path}: {names.plain(str(error), LONGEST)}") from error


def to_bytes(session: Session) -> bytes:
    """Give what a file holds."""
    problem = session.problem
    arrays: Arrays = problem_arrays(problem)
    arrays |= {"present.weight": session.weight, "present.bias": session.bias}
    for branch in session.branches:
        assert branch.losses is not None  # noqa: S101  # whoever saves has put them in; this tells the type checker
        own = {"losses": branch.losses, "moments": branch.states.moments}
        own |= {"weight": branch.states.weight, "bias": branch.states.bias}
        own |= {f"{MEMORY}{name}": array for name, array in branch.states.memory.items()}
        if branch.computed is not None:
            own |= {"start.weight": branch.computed.weight, "start.bias": branch.computed.bias}
            own |= {f"start.{MEMORY}{name}": array for name, array in branch.computed.memory.items()}
        arrays |= {f"branch.{branch.number}.{name}": array for name, array in own.items()}
    version = _version(session)
    header = Header(
        version=version,
        linviz=__version__,
        torch=session.torch,
        problem=problem_record(problem),
        branches=[_branch_record(branch) for branch in session.branches],
        place=PlaceRecord(session.branch, session.moment),
        window=dict(session.window),
    )
    text = msgspec.json.encode(header).decode()
    metadata = {"format": f"{FORMAT} {version}", "session": text, "sha256": _digest(text, arrays)}
    return save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, metadata)


def from_bytes(data: bytes) -> Session:
    """Read what a file holds.

    Raises
    ------
    InputError
        If that is no session, with a sentence that goes on after "can't open FILE: ".
    """
    metadata, dtypes = outer_header(data)
    text = metadata["session"]
    if not dtypes <= _DTYPES:
        raise InputError(f"it holds numbers of the type {min(dtypes - _DTYPES)}, which no session has")
    try:
        arrays = load(data)
    except (SafetensorError, ValueError, TypeError, KeyError, OverflowError, MemoryError) as error:
        raise InputError(f"it is damaged ({error})") from error
    for array in arrays.values():
        array.flags.writeable = False
    if metadata.get("sha256") != _digest(text, arrays):
        raise InputError("it is damaged: what is in it is not what was written; open another copy")
    try:
        header = msgspec.convert(strict_json(text), Header)
    except (msgspec.ValidationError, ValueError, RecursionError) as error:
        raise InputError(f"its header is damaged ({error})") from error
    if metadata["format"] != f"{FORMAT} {header.version}":
        raise InputError("its header is damaged: it is of two versions")
    try:
        return _session(header, arrays)
    except InputError as error:
        raise InputError(f"its parts don't fit together ({error})") from error


def _version(session: Session) -> Literal[1, 2, 3, 4]:
    """Give the first version of the format that holds all of it."""
    if any(branch.computed is not None and branch.computed.memory for branch in session.branches):
        return 4
    starts = [branch.start for branch in session.branches if branch.start is not None]
    edits = any(isinstance(command, Edit) for branch in session.branches for command, _ in branch.done)
    if edits or any(start.training for start in starts) or not is_plain(session.problem):
        return 3
    return 2 if any(branch.computed is not None for branch in session.branches) else 1


def _session(header: Header, arrays: Arrays) -> Session:
    taken = ["present.weight", "present.bias"]
    present_weight, present_bias = (_array(arrays, name, FLOATS) for name in taken)

    def take(name: str) -> NDArray[Any]:
        taken.append(name)
        return _array(arrays, name, FLOATS)

    problem = problem_of(header.problem, set(arrays), take)
    if header.version < KNOWS_DATA and not is_plain(problem):
        raise InputError(f"version {header.version} knows nothing of the data")
    branches = []
    for record in header.branches:
        prefix = f"branch.{record.number}"
        taken += [f"{prefix}.{name}" for name in ("losses", "moments", "weight", "bias")]
        moments = _array(arrays, f"{prefix}.moments", ("int64",), 1)
        remembered = [name for name in arrays if name.startswith(f"{prefix}.{MEMORY}")]
        taken += remembered
        states = States(
            moments,
            _array(arrays, f"{prefix}.weight", FLOATS),
            _array(arrays, f"{prefix}.bias", FLOATS),
            {name.removeprefix(f"{prefix}.{MEMORY}"): _array(arrays, name, FLOATS) for name in remembered},
        )
        computed = None
        if record.step:
            if header.version == 1:
                raise InputError("version 1 has no computed branches")
            taken += [f"{prefix}.start.{name}" for name in ("weight", "bias")]
            weight, bias = (_array(arrays, f"{prefix}.start.{name}", FLOATS) for name in ("weight", "bias"))
            carried = f"{prefix}.start.{MEMORY}"
            memory = {name.removeprefix(carried): name for name in arrays if name.startswith(carried)}
            taken += memory.values()
            kept = {name: _array(arrays, where, FLOATS) for name, where in memory.items()}
            computed = Computed(record.step, weight, bias, kept)
        settings = None if record.settings is None else Settings.of(**msgspec.structs.asdict(record.settings))
        branches.append(
            SavedBranch(
                number=record.number,
                name=record.name,
                parent=record.parent,
                fork=record.fork,
                deleted=record.deleted,
                loss=None if record.loss is None else float(record.loss),
                start=settings,
                done=tuple(command_of(each) for each in record.done),
                states=states,
                losses=_array(arrays, f"{prefix}.losses", ("float64",), 1),
                computed=computed,
            )
        )
    if arrays.keys() != set(taken):
        raise InputError(f"nothing is known of {min(arrays.keys() - set(taken))!r}")
    session = Session(
        problem=problem,
        branches=tuple(branches),
        branch=header.place.branch,
        moment=header.place.moment,
        weight=present_weight,
        bias=present_bias,
        torch=names.plain(header.torch),
        window=header.window,
    )
    if _version(session) > header.version:
        raise InputError(f"version {header.version} of the format knows nothing of what is in it")
    return session


def _branch_record(branch: SavedBranch) -> BranchRecord:
    loss = branch.loss
    if loss is not None and not math.isfinite(loss):
        loss = "NaN" if math.isnan(loss) else "Infinity" if loss > 0 else "-Infinity"  # type: ignore[assignment]
    return BranchRecord(
        number=branch.number,
        name=branch.name,
        parent=branch.parent,
        fork=branch.fork,
        deleted=branch.deleted,
        loss=loss,
        settings=None if branch.start is None else settings_record(branch.start),
        done=[record_of(command, count) for command, count in branch.done],
        step=0 if branch.computed is None else branch.computed.step,
    )


def _digest(text: str, arrays: Arrays) -> str:
    """Sum up everything that was written, so that damage is noticed."""
    digest = hashlib.sha256(text.encode())
    for name in sorted(arrays):
        array = arrays[name]
        digest.update(f"\n{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data if array.size else b"")
    return digest.hexdigest()


def _array(arrays: Arrays, name: str, dtypes: tuple[str, ...], dimensions: int | None = None) -> NDArray[Any]:
    array = arrays.get(name)
    if array is None:
        raise InputError(f"{name} is missing")
    if array.dtype.name not in dtypes or dimensions not in (None, array.ndim):
        raise InputError(f"{name} is {array.dtype} of the shape {array.shape}")
    return array

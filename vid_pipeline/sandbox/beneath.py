"""Opening what lies below a folder, without a link, a mount or a second name leading elsewhere.

Linux looks a whole path up in one call that refuses links (openat2). Elsewhere each folder on the
way is opened from the one before it; both give the same answers.
"""

import ctypes
import errno
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from vid_pipeline.errors import BadRequest, NotFound

Parts = Sequence[str]

_OPENAT2 = 437  # the same number on every Linux architecture but alpha
_RESOLVE = 0x01 | 0x02 | 0x04 | 0x08  # NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH: openat2(2)
_TRIES = 64
_COMMON = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | _COMMON
_READ = os.O_RDONLY | _COMMON
_LEADS_OUT = {errno.ELOOP, errno.EXDEV, errno.ENOTDIR, errno.EMLINK, errno.ENXIO, errno.EOPNOTSUPP}


class _How(ctypes.Structure):
    _fields_ = (
        ("flags", ctypes.c_uint64),
        ("mode", ctypes.c_uint64),
        ("resolve", ctypes.c_uint64),
    )


@cache
def has_openat2() -> bool:
    """Whether this system can look a path up in one call."""
    if not sys.platform.startswith("linux"):
        return False
    root = os.open("/", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.close(_openat2(root, ".", _FOLDER))
    except OSError:  # an old kernel, or a container that does not let it through
        return False
    finally:
        os.close(root)
    return True


@contextmanager
def folder(root: int, parts: Parts, *, one_call: bool | None = None) -> Iterator[int]:
    """A descriptor of a folder below `root`.

    Raises:
        NotFound: there is none.
        BadRequest: something on the way is no folder, or a link.
    """
    with _opened(root, parts, _FOLDER, one_call) as found:
        yield found


@contextmanager
def file(root: int, parts: Parts, *, one_call: bool | None = None) -> Iterator[int]:
    """A descriptor, to read, of a regular file below `root` that has no second name.

    Raises:
        NotFound: there is none.
        BadRequest: it is a folder, link, pipe, device or socket, or has a second name elsewhere.
    """
    with _opened(root, parts, _READ, one_call) as found:
        _refuse_special(os.fstat(found), parts)
        yield found


@contextmanager
def made_folder(root: int, parts: Parts, *, one_call: bool | None = None) -> Iterator[int]:
    """A descriptor of a folder below `root`, made with all on the way to it."""
    for depth in range(len(parts)):
        with folder(root, parts[:depth], one_call=one_call) as above:
            try:
                os.mkdir(parts[depth], 0o700, dir_fd=above)
            except FileExistsError:
                continue
    with folder(root, parts, one_call=one_call) as found:
        yield found


def is_plain(found: os.stat_result) -> bool:
    """Whether it is a regular file with one name."""
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def _refuse_special(found: os.stat_result, parts: Parts) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise _refused(parts, "It is a folder.")
    if not stat.S_ISREG(found.st_mode):
        raise _refused(parts, "It is a pipe, a device or a socket.")
    if found.st_nlink != 1:
        raise _refused(parts, "It is another name of a file that may lie elsewhere.")


@contextmanager
def _opened(root: int, parts: Parts, flags: int, one_call: bool | None) -> Iterator[int]:
    whole = has_openat2() if one_call is None else one_call
    try:
        found = _in_one_call(root, parts, flags) if whole else _step_by_step(root, parts, flags)
    except OSError as fault:
        raise _translated(fault, parts) from fault
    try:
        yield found
    finally:
        os.close(found)


def _in_one_call(root: int, parts: Parts, flags: int) -> int:
    for _ in range(_TRIES):
        try:
            return _openat2(root, "/".join(parts) or ".", flags)
        except BlockingIOError:  # something was renamed meanwhile: it cannot be sure
            continue
    return _openat2(root, "/".join(parts) or ".", flags)


def _openat2(root: int, path: str, flags: int) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    how = _How(flags, 0, _RESOLVE)
    found = libc.syscall(
        ctypes.c_long(_OPENAT2), ctypes.c_int(root), ctypes.c_char_p(os.fsencode(path)),
        ctypes.byref(how), ctypes.c_size_t(ctypes.sizeof(how)),
    )  # fmt: skip
    if found < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(found)


def _step_by_step(root: int, parts: Parts, flags: int) -> int:
    """The last of the path, each folder opened from the one before, on the same file system."""
    home = os.fstat(root).st_dev
    here = os.open(".", _FOLDER, dir_fd=root)
    for depth, part in enumerate(parts):
        last = depth == len(parts) - 1
        try:
            below = os.open(part, flags if last else _FOLDER, dir_fd=here)
        finally:
            os.close(here)
        here = below
        if os.fstat(here).st_dev != home:
            os.close(here)
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
    return here


def _translated(fault: OSError, parts: Parts) -> Exception:
    if fault.errno == errno.ENOENT:
        return NotFound("file", "/".join(parts), "List the folder to see what is there.")
    if fault.errno in _LEADS_OUT:
        return _refused(parts, "A part of it is a link, or no folder.")
    return _refused(parts, f"The system says: {fault.strerror}.")


def _refused(parts: Parts, reason: str) -> BadRequest:
    return BadRequest("File", "/".join(parts), f"{reason} Only plain files can be used.")

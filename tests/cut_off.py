"""A network of which only this machine is left, and whatever is sent anywhere else is caught."""

import ctypes
import fcntl
import os
import shutil
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_NEW_NETWORK = 0x40000000  # linux/sched.h
_TUN_SET, _SET_FLAGS, _SET_ADDRESS, _ADD_ROUTE = 0x400454CA, 0x8914, 0x8916, 0x890B
_TUN_PLAIN, _UP, _ROUTE_UP = 0x1001, 0x41, 0x1
_OWN = "192.0.2.1"  # of those that documentation may use
_JAVASCRIPT = frozenset({"node", "nodejs", "npm", "npx", "corepack", "yarn", "pnpm"})
_LONGEST = 65536


class Caught(list[str]):
    """To whom the packets went that left this machine, as `protocol address`."""

    def add(self, packet: bytes) -> None:
        """A packet as the kernel sent it; those of IP's version 6 have no way out at all."""
        if packet[0] >> 4 == 4:
            self.append(f"{packet[9]} {IPv4Address(packet[16:20])}")


class _Route(ctypes.Structure):
    """`struct rtentry`, of which only the device is told: everything goes there."""

    _fields_ = (
        ("pad1", ctypes.c_ulong), ("to", ctypes.c_char * 16), ("gateway", ctypes.c_char * 16),
        ("mask", ctypes.c_char * 16), ("flags", ctypes.c_ushort), ("pad2", ctypes.c_short),
        ("pad3", ctypes.c_ulong), ("pad4", ctypes.c_void_p), ("metric", ctypes.c_short),
        ("device", ctypes.c_char_p), ("mtu", ctypes.c_ulong), ("window", ctypes.c_ulong),
        ("wait", ctypes.c_ushort),
    )  # fmt: skip


@contextmanager
def network() -> Iterator[Caught]:
    """This thread, and every process it starts, see loopback alone and a trap for all the rest.

    Raises:
        OSError: only root may do this, and the system may lack what it takes.
    """
    with Path("/proc/thread-self/ns/net").open("rb") as before:
        _call("unshare", _NEW_NETWORK)
        try:
            _interface("lo", "127.0.0.1")
            with _trap() as caught:
                yield caught
        finally:
            _call("setns", before.fileno(), _NEW_NETWORK)


def path_without_javascript(folder: Path) -> str:
    """A PATH on which everything is found but JavaScript's runtime and its package managers."""
    folder.mkdir()
    for place in os.get_exec_path():
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            if program.name not in _JAVASCRIPT and not os.path.lexists(folder / program.name):
                (folder / program.name).symlink_to(program)
    assert shutil.which("npm", path=str(folder)) is None
    return str(folder)


@contextmanager
def _trap() -> Iterator[Caught]:
    caught = Caught()
    with Path("/dev/net/tun").open("r+b", buffering=0) as device:
        fcntl.ioctl(device, _TUN_SET, struct.pack("16sH22x", b"trap", _TUN_PLAIN))
        _interface("trap", _OWN)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
            route = _Route(flags=_ROUTE_UP, device=b"trap")
            for name in ("to", "gateway", "mask"):
                setattr(route, name, struct.pack("H", socket.AF_INET))
            fcntl.ioctl(any_socket, _ADD_ROUTE, bytes(route))
        stopped = threading.Event()
        reader = threading.Thread(target=_read, args=(device.fileno(), caught, stopped))
        reader.start()
        try:
            yield caught
        finally:
            stopped.set()
            reader.join()


def _read(device: int, caught: Caught, stopped: threading.Event) -> None:
    os.set_blocking(device, False)
    while True:
        try:
            caught.add(os.read(device, _LONGEST))
        except BlockingIOError:
            if stopped.wait(0.05):
                return


def _interface(name: str, address: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        told = struct.pack("16sH2x4s16x", name.encode(), socket.AF_INET, socket.inet_aton(address))
        fcntl.ioctl(any_socket, _SET_ADDRESS, told)
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH22x", name.encode(), _UP))


def _call(name: str, *arguments: int) -> None:
    if getattr(_LIBC, name)(*arguments):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code), name)

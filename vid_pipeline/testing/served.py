"""What local servers for tests share: `with` starts one in a thread, and ends it."""

import socketserver
import threading
from types import TracebackType
from typing import Self


class Served:
    """Serves in a thread while the block runs; `ending` is set before it stops."""

    def _will_serve(self, server: socketserver.ThreadingMixIn | socketserver.BaseServer) -> None:
        """Call it from `__init__`, with a server that is bound to a port of its own."""
        assert isinstance(server, socketserver.BaseServer)
        if isinstance(server, socketserver.ThreadingMixIn):
            server.daemon_threads = True
            server.block_on_close = False
        self.ending = threading.Event()
        self._base = server
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.ending.set()
        self._base.shutdown()
        self._base.server_close()
        self._thread.join()

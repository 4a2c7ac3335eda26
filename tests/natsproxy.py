"""Stands between a client and a server of NATS, and loses what a network loses, at the moment that a test chooses."""

import contextlib
import re
import socket
import threading
from typing import Final, Literal, Self, TypeAlias

Moment: TypeAlias = Literal["publish", "answer"]
"""Before a message reaches the server; or after the server has answered it, and before the client hears of it."""
_PUBLISH: Final = re.compile(rb"H?PUB (\S+) (\S+) \d")
_TAIL: Final = 512
"""Bytes of what came before that are looked through again, since a line may come in pieces."""


class Proxy:
    """Passes on what a client says to a server on 127.0.0.1, and the other way. A context manager.

    A client that knows this address alone, of a server that advertises no other, cannot go round it.
    """

    def __init__(self, port: int) -> None:
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._moment: Moment | None = None
        self._subject = b""
        self._reply: bytes | None = None
        self._armings = 0
        self._open = True
        self.cuts = 0
        """How often it has cut its connections."""
        self._start(self._accept)

    @property
    def url(self) -> str:
        """What a client connects to."""
        return f"nats://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Cuts all connections and takes no more."""
        with self._lock:
            self._open = False
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._drop()
        for thread in self._threads:
            thread.join()

    def cut(self) -> None:
        """Cuts all connections now; new ones are taken."""
        with self._lock:
            self.cuts += 1
        self._drop()

    def cut_at(self, moment: Moment, subject: str = "") -> None:
        """Cuts all connections at this moment of the next message whose subject begins so."""
        with self._lock:
            self._moment, self._subject, self._reply = moment, subject.encode(), None
            self._armings += 1

    def disarm(self) -> None:
        """Takes :meth:`cut_at` back."""
        with self._lock:
            self._moment = None

    @property
    def armed(self) -> bool:
        """Whether the moment to cut has not come yet."""
        with self._lock:
            return self._moment is not None

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._server_port))
            except OSError:
                client.close()
                continue
            with self._lock:
                keep = self._open
                if keep:
                    self._pairs.append((client, server))
            if not keep:
                _end(client, server)
                return
            self._start(self._pass_on, client, server, True)
            self._start(self._pass_on, server, client, False)

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _pass_on(self, source: socket.socket, target: socket.socket, upstream: bool) -> None:
        before, armings = b"", 0
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                if armings != self._armings:  # what passed before is none of the moment's
                    before, armings = b"", self._armings
                seen = before + data
                if self._time_to_cut(seen, upstream):
                    self.cut()
                    return
                target.sendall(data)
                before = seen[-_TAIL:]
        _end(source, target)

    def _time_to_cut(self, seen: bytes, upstream: bool) -> bool:
        with self._lock:
            if self._moment is None:
                return False
            if upstream and self._reply is None:
                found = next((one for one in _PUBLISH.finditer(seen) if one[1].startswith(self._subject)), None)
                if found is None:
                    return False
                self._reply = found[2]
                now = self._moment == "publish"
            else:
                now = not upstream and self._reply is not None and self._reply in seen
            if now:
                self._moment = None
            return now

    def _drop(self) -> None:
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            _end(*pair)


def _end(*sockets: socket.socket) -> None:
    for one in sockets:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()

"""The one module that speaks to servers: a small synchronous face on the asynchronous client.

The client runs in a thread of its own, so that a program with an event loop of its own can open a ledger too. It is
told not to reconnect: a call that fails gives up its connection, and the next one goes to another server. So every call
ends in its time, whatever the servers do.
"""

import asyncio
import base64
import concurrent.futures
import json
import logging
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

from attrs import frozen

from ledger.cluster.address import Address
from ledger.errors import BadInput, CannotRead, CannotWrite, LedgerError, Unreachable
from ledger.moments import to_us
from ledger.store.mirror import Message

T = TypeVar("T")

CONNECT_S: Final = 2.0
"""For one server to say who it is."""
ANSWER_S: Final = 3.0
"""For the answer to one request. One that was lost with its server never comes; asking again does no harm."""
RUN: Final = 500
"""Messages asked for at once."""
RUN_BYTES: Final = 8 * 1024 * 1024

_STALE: Final = (10071, 10164)
_NO_STREAM: Final = 10059
_NO_MESSAGE: Final = 10037
_IN_USE: Final = 10058
_TOO_FEW: Final = (10005, 10074)


class NoAnswer(Exception):
    """A message went out, and nobody says what became of it."""


class Stale(Exception):
    """The guard of a message has refused it: something else came before."""


class TooFew(LedgerError):
    """The cluster has not as many servers as the stream is to have replicas."""


@frozen
class Credentials:
    """What a server is shown, as files that nobody else can read."""

    creds: str | None = None
    """A credentials file, as NATS's tools write it."""
    ca: str | None = None
    """Certificates of those who may vouch for the servers."""
    cert: str | None = None
    """Our own certificate, and its key."""
    key: str | None = None


@frozen
class StreamState:
    """A stream as its leader says it is."""

    settings: dict[str, Any]
    last_sequence: int


class Transport:
    """Speaks with the servers of one address. A context manager; made without speaking to anyone."""

    def __init__(self, address: Address, credentials: Credentials = Credentials()) -> None:
        self.address = address
        self._credentials = credentials
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._client: Any = None
        self._info: dict[str, Any] | None = None
        self._working: asyncio.Task[Any] | None = None
        self._said: str | None = None
        self._next = 0
        self.connections = 0
        """How many connections there have been: another one may lead to another cluster."""

    # --- what is asked -------------------------------------------------------------------------------------------

    def stream(self, name: str | None = None) -> StreamState | None:
        """How a stream is set up and how far it goes; ``None``: there is none."""
        answer = self._api(f"STREAM.INFO.{name or self.address.prefix}", {})
        if _code(answer) == _NO_STREAM:
            return None
        _require_done(answer)
        return StreamState(answer["config"], answer["state"]["last_seq"])

    def create(self, settings: dict[str, Any]) -> None:
        """Makes a stream, unless it is there already. Raises :class:`TooFew`."""
        answer = self._api(f"STREAM.CREATE.{settings['name']}", settings)
        if _code(answer) in _TOO_FEW:
            raise TooFew(answer["error"].get("description", "too few servers"))
        if _code(answer) != _IN_USE:
            _require_done(answer)

    def publish(self, subject: str, body: bytes, *, after: int | None = None, stream: str | None = None) -> int:
        """Sends a message and returns its sequence, when a quorum has it on disk.

        ``after`` is the last sequence that the subject may have, ``stream`` another stream than the ledger's. Raises
        :class:`Stale` where the subject has another, :class:`NoAnswer` where nobody knows what became of the message,
        and :class:`~ledger.errors.Unreachable` and :class:`~ledger.errors.CannotWrite` where it was not taken.
        """
        headers = {"Nats-Expected-Stream": stream or self.address.prefix}
        if after is not None:
            headers["Nats-Expected-Last-Subject-Sequence"] = str(after)
        return self._run(lambda: self._publish(subject, body, headers), ANSWER_S * 2, self._publishing)

    def publish_all(self, messages: Sequence[tuple[str, bytes]], last: int) -> int:
        """Sends messages without waiting between them, and returns the sequence of the last; see :meth:`publish`.

        Each is guarded by the sequence of the one before, the first by ``last``: nothing comes between.
        """
        return self._run(lambda: self._publish_all(messages, last), ANSWER_S * 4, self._publishing)

    def message(self, sequence: int) -> Message | None:
        """One message as the leader of the stream has it; ``None``: it has none there."""
        answer = self._api(f"STREAM.MSG.GET.{self.address.prefix}", {"seq": sequence})
        if _code(answer) in (_NO_MESSAGE, _NO_STREAM):
            return None
        _require_done(answer)
        found = answer["message"]
        return Message(
            found["seq"], found["subject"], base64.b64decode(found.get("data") or b""), _time_us(found["time"])
        )

    def messages(self, after: int, upto: int) -> list[Message]:
        """A run of messages, as some server has them: the next after a sequence, and none beyond another.

        There may be fewer, or none: a server can be behind. They follow one another without a gap.

        The server writes sequence, subject and time of a message behind the headers that its sender chose. The client's
        own reading of headers lets the last of a name win. The one of a mail parser, which it prefers where one is
        installed, can be made to stop before: then nothing is read in runs.
        """
        import nats.aio.client

        if nats.aio.client.parse_email is not None:
            return []
        return self._run(lambda: self._messages(self.address.prefix, after, upto), ANSWER_S * 2)

    def kept(self, stream: str, after: int) -> list[Message]:
        """The messages after a sequence that a stream still holds. None, where there is no such stream."""
        return self._run(lambda: self._kept(stream, after), ANSWER_S * 4)

    @property
    def largest_payload(self) -> int:
        """Bytes of one message that the server takes, headers included."""
        return int(self._server()["max_payload"])

    @property
    def server_version(self) -> str:
        """Of the server that we are connected to."""
        return str(self._server().get("version", "?"))

    def close(self) -> None:
        """Ends the connection and the thread. Closing twice is allowed."""
        loop, thread = self._loop, self._thread
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._drop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        self._loop = self._thread = None

    def _server(self) -> dict[str, Any]:
        """What the server has said of itself when we connected."""
        while self._info is None:
            self._run(self._connected, CONNECT_S * 2)
        return self._info

    # --- how ------------------------------------------------------------------------------------------------------

    def _api(self, what: str, question: dict[str, Any]) -> Any:
        return self._run(lambda: self._ask(what, question), ANSWER_S * 2)

    def _run(
        self,
        work: Callable[[], Coroutine[Any, Any, T]],
        most_s: float,
        failed: "Callable[[BaseException], Exception] | None" = None,
    ) -> T:
        """What ``work`` returns. Whatever goes wrong on the way there ends the connection."""
        import nats.errors

        loop = self._started()
        future = asyncio.run_coroutine_threadsafe(self._bounded(work, most_s), loop)
        try:
            return future.result()
        except (LedgerError, Stale):
            raise
        except (TimeoutError, nats.errors.Error, OSError, concurrent.futures.CancelledError, EOFError) as error:
            asyncio.run_coroutine_threadsafe(self._drop(), loop).result()
            raise (failed or self._unreachable)(error) from None
        except BaseException:
            future.cancel()
            raise

    async def _bounded(self, work: Callable[[], Coroutine[Any, Any, T]], most_s: float) -> T:
        self._working = asyncio.current_task()
        try:
            async with asyncio.timeout(most_s):
                return await work()
        finally:
            self._working = None

    async def _lost(self) -> None:
        """The server has ended the connection: what is waited for will not come."""
        if self._client is not None and self._working is not None:
            self._said = self._said or "the connection was lost"
            self._working.cancel()

    def _unreachable(self, error: BaseException) -> Exception:
        said = self._said or str(error) or type(error).__name__
        if _is_forbidden(said):
            return CannotRead(f"{self.address} does not let us read: {said}; whoever runs the servers can allow it")
        if "authorization" in said.lower():
            return CannotRead(
                f"{self.address} does not let us in: {said}; name a credentials file in $PARC_NATS_CREDS, or put user "
                "and password into the address in $PARC_LEDGER"
            )
        return Unreachable(f"{self.address} cannot be reached: {said}")

    def _publishing(self, error: BaseException) -> Exception:
        import nats.errors

        if isinstance(error, nats.errors.NoRespondersError):  # the server says that it has handed it to nobody
            return Unreachable(f"{self.address} takes no appends now: its stream has no leader")
        if self._said is not None and _is_forbidden(self._said):  # the server has thrown the message away
            return CannotWrite(
                f"{self.address} takes nothing from us: {self._said}; whoever runs the servers can allow it"
            )
        return NoAnswer(self._said or str(error) or type(error).__name__)

    def _started(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="parc-nats", daemon=True)
            self._thread.start()
        return self._loop

    async def _connected(self) -> Any:
        """The client, connected: to the same server as before, or else to the next that answers."""
        if self._client is not None and self._client.is_connected:
            return self._client
        await self._drop()
        why: Exception = OSError("no server")
        for _ in self.address.urls:
            self._said = None
            url = self.address.urls[self._next % len(self.address.urls)]
            try:
                self._client = await self._connect(url)
            except Exception as error:  # noqa: BLE001 - whatever keeps us from one server, another may be there
                why = error
                self._next += 1
            else:
                self.connections += 1
                self._info = self._client._server_info  # noqa: SLF001 - it shows a version without its release
                return self._client
        raise self._unreachable(why)

    async def _connect(self, url: str) -> Any:
        import nats

        options: dict[str, Any] = {}
        if self._credentials.creds is not None:
            options["user_credentials"] = self._credentials.creds
        if self.address.user is not None:
            options["user"], options["password"] = self.address.user, self.address.password
        if self.address.tls or self._credentials.ca is not None or self._credentials.cert is not None:
            context = ssl.create_default_context(cafile=self._credentials.ca)
            if self._credentials.cert is not None:
                context.load_cert_chain(self._credentials.cert, self._credentials.key)
            options["tls"] = context
            logging.getLogger("asyncio").addFilter(_is_news)
        async with asyncio.timeout(CONNECT_S):
            return await nats.connect(
                url,
                name="parc",
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=CONNECT_S,
                error_cb=self._heard,
                closed_cb=self._lost,
                **options,
            )

    async def _heard(self, error: Exception) -> None:
        """What a server says besides its answers: mostly that something is not allowed, to which there is no answer."""
        self._said = str(error) or type(error).__name__
        if _is_forbidden(self._said) and self._working is not None:
            self._working.cancel()

    async def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            self._next += 1
            try:
                async with asyncio.timeout(CONNECT_S):
                    await client.close()
            except Exception:  # noqa: BLE001, S110 - it is given up anyway
                pass

    async def _ask(self, what: str, question: dict[str, Any]) -> Any:
        client = await self._connected()
        answer = await client.request(f"$JS.API.{what}", json.dumps(question).encode(), timeout=ANSWER_S)
        return json.loads(answer.data)

    async def _publish(self, subject: str, body: bytes, headers: dict[str, str]) -> int:
        client = await self._connected()
        answer = await client.request(subject, body, timeout=ANSWER_S, headers=headers)
        return _sequence(json.loads(answer.data))

    async def _publish_all(self, messages: Sequence[tuple[str, bytes]], last: int) -> int:
        await self._connected()
        sending = [
            self._publish(
                subject,
                body,
                {"Nats-Expected-Stream": self.address.prefix, "Nats-Expected-Last-Sequence": str(last + number)},
            )
            for number, (subject, body) in enumerate(messages)
        ]
        for done in await asyncio.gather(*sending, return_exceptions=True):
            if isinstance(done, BaseException):
                raise done
            last = done
        return last

    async def _messages(self, stream: str, after: int, upto: int) -> list[Message]:
        found = [message async for message in self._asked(stream, after, min(RUN, upto - after))]
        return [message for number, message in enumerate(found, start=after + 1) if message.sequence == number]

    async def _kept(self, stream: str, after: int) -> list[Message]:
        found: list[Message] = []
        while True:
            more = [message async for message in self._asked(stream, after, RUN)]
            if not more:
                return found
            found += more
            after = found[-1].sequence

    async def _asked(self, stream: str, after: int, most: int) -> AsyncIterator[Message]:
        """The messages after a sequence that one server gives out in a run."""
        client = await self._connected()
        inbox = client.new_inbox()
        answers = await client.subscribe(inbox)
        question = {"seq": after + 1, "batch": most, "max_bytes": RUN_BYTES, "next_by_subj": ">"}
        try:
            await client.publish(f"$JS.API.DIRECT.GET.{stream}", json.dumps(question).encode(), reply=inbox)
            for _ in range(most):
                message = _message(await answers.next_msg(timeout=ANSWER_S))
                if message is None:
                    return
                yield message
        finally:
            await answers.unsubscribe()


def _is_forbidden(said: str) -> bool:
    return "permissions violation for publish" in said.lower()


def _is_news(record: logging.LogRecord) -> bool:
    """Whether asyncio says anything but what it says of each connection that the client has moved to TLS."""
    return not str(record.msg).startswith("returning true from eof_received()")


def _message(part: Any) -> Message | None:
    """A message of a run; ``None`` for the sign of its end, or where its headers are such that they hide ours."""
    headers = part.headers or {}
    try:
        return Message(
            int(headers["Nats-Sequence"]), headers["Nats-Subject"], part.data, _time_us(headers["Nats-Time-Stamp"])
        )
    except (KeyError, ValueError):
        return None


def _time_us(text: str) -> int:
    """A time of a server: UTC to the nanosecond, as ``2026-01-20T18:05:00.123456789Z``, cut off to the microsecond."""
    import datetime

    seconds, _, fraction = text.removesuffix("Z").partition(".")
    moment = datetime.datetime.fromisoformat(seconds).replace(tzinfo=datetime.UTC)
    return to_us(moment) + int(fraction.ljust(6, "0")[:6] or 0)


def _sequence(answer: Any) -> int:
    code = _code(answer)
    if code in _STALE:
        raise Stale(answer["error"].get("description", ""))
    if code is not None:
        said = answer["error"].get("description", "no reason given")
        if answer["error"].get("code") == 400:  # noqa: PLR2004 - what is asked for is wrong, and so was not done
            raise CannotWrite(f"the cluster refuses the append: {said}")
        raise NoAnswer(said)
    return int(answer["seq"])


def _code(answer: Any) -> int | None:
    error = answer.get("error")
    return None if error is None else int(error.get("err_code", 0))


def _require_done(answer: Any) -> None:
    if _code(answer) is not None:
        raise Unreachable(f"the cluster says: {answer['error'].get('description', 'no reason given')}")


def require_client() -> None:
    """Says how to install what the address of a cluster needs. Raises :class:`~ledger.errors.BadInput`."""
    try:
        import nats  # noqa: F401 - whether it is there
    except ImportError:
        raise BadInput('a cluster\'s address needs the extra "cluster": pip install "parc-ferme[cluster]"') from None


__all__ = ["Credentials", "NoAnswer", "Stale", "StreamState", "TooFew", "Transport", "require_client"]

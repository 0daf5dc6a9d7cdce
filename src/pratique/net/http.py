"""The one HTTP client: retries, proxies, offline switch, size caps. A thin skin over urllib3, imported late.

Errors are `pratique.errors.AdvisoryError`; no message shows user name or password of an address.
"""

import io
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from pratique import __version__
from pratique.errors import AdvisoryError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

CONNECT_TIMEOUT = 5.0
"""Seconds. A proxy that swallows packets must not hold up a build for minutes."""

READ_TIMEOUT = 60.0
"""Seconds between two packets."""

DOWNLOAD_LONGEST = 3600.0
"""Seconds for one answer: against servers that drip a byte a minute."""

ATTEMPTS = 4
"""Tries for one address, the first one included."""

WAIT_LONGEST = 30.0
"""Seconds to wait between two tries, whatever Retry-After asks for."""

REDIRECTS_MOST = 5
"""Mirrors behind a login page would otherwise turn in circles."""

CHUNK = 1 << 18
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ABSENT = frozenset({404, 410})

Progress = Callable[[int, int], None]
"""Called with the bytes so far and the bytes to come (0 where the server does not say)."""


class Answer(msgspec.Struct, frozen=True):
    """What a server said."""

    status: int
    """200; 304 (not modified since `etag`); 404 (also for 410)."""
    etag: str = ""
    """The entity tag to ask with next time; empty where there is none (RFC 9110, section 8.8.3)."""
    data: bytes = b""
    """Empty when the content went to a file."""


class _TryAgainError(Exception):
    """A failure that may pass; carries the seconds that the server asked to wait."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


def is_offline(environ: Mapping[str, str]) -> bool:
    """Whether `PRATIQUE_OFFLINE` forbids every connection."""
    return environ.get("PRATIQUE_OFFLINE", "").strip().lower() not in {"", "0", "false", "no", "off"}


def without_login(url: str) -> str:
    """`url` as it may be shown: without user name and password."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
    except ValueError:
        return "(not an address)"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


class Client:
    """Keeps connections open between requests; safe to use from several threads. Close it, or use `with`."""

    def __init__(
        self,
        *,
        offline: bool = False,
        attempts: int = ATTEMPTS,
        environ: Mapping[str, str] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._environ = os.environ if environ is None else environ
        self._offline = offline or is_offline(self._environ)
        self._attempts = attempts
        self._sleep = sleep
        self._pools: dict[str, PoolManager] = {}

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Drop every connection."""
        for pool in self._pools.values():
            pool.clear()
        self._pools.clear()

    def fetch(self, url: str, *, largest: int, etag: str = "", progress: Progress | None = None) -> Answer:
        """GET `url` into memory. Raises AdvisoryError; an absent object is an answer, not an error.

        More than `largest` bytes are an error. With `etag` the server may answer 304 and send nothing.
        """
        content = io.BytesIO()
        answer = self.download(url, content, largest=largest, etag=etag, progress=progress)
        return Answer(answer.status, answer.etag, content.getvalue())

    def download(
        self, url: str, file: BinaryIO, *, largest: int, etag: str = "", progress: Progress | None = None
    ) -> Answer:
        """GET `url` into `file`, which must be empty and able to seek: a broken try is cut off again."""
        if self._offline:
            raise AdvisoryError(
                f"offline: {without_login(url)} is not asked",
                "unset PRATIQUE_OFFLINE or name a local folder as the source",
            )
        wait, reason = 0.0, ""
        for attempt in range(self._attempts):
            if attempt:
                self._sleep(min(max(wait, 0.5 * 2**attempt), WAIT_LONGEST))
            try:
                return self._once(url, file, largest, etag, progress)
            except _TryAgainError as error:
                file.seek(0)
                file.truncate()
                wait, reason = error.wait, str(error)
        raise AdvisoryError(
            f"{without_login(url)}: {reason} ({self._attempts} {'try' if self._attempts == 1 else 'tries'})",
            "check the network and proxy settings, or try later",
        )

    def _once(self, url: str, file: BinaryIO, largest: int, etag: str, progress: Progress | None) -> Answer:
        from urllib3 import exceptions

        shown = without_login(url)
        try:
            with closing(self._follow(url, etag)) as response:
                if response.status != 200:
                    return _without_content(response, etag, shown)
                _copy(response, file, largest, progress, shown)
                response.release_conn()  # wholly read: the connection serves the next request
                return Answer(200, _etag(response))
        except exceptions.SSLError as error:
            raise AdvisoryError(
                f"{shown}: the TLS certificate is not trusted or the handshake failed: {_line(error)}",
                "set SSL_CERT_FILE to the certificates of your proxy or mirror",
            ) from error
        except exceptions.NameResolutionError as error:
            raise AdvisoryError(
                f"{shown}: the server's name cannot be resolved", "is there a network? is the address right?"
            ) from error
        except (exceptions.LocationValueError, exceptions.InvalidHeader) as error:
            raise AdvisoryError(f"{shown}: {_line(error)}") from error
        except exceptions.HTTPError as error:
            raise _TryAgainError(_line(error)) from error

    def _follow(self, url: str, etag: str) -> "BaseHTTPResponse":
        """The first answer that is no redirect. RFC 9110, section 15.4."""
        from urllib.parse import urljoin, urlsplit

        for _ in range(REDIRECTS_MOST + 1):
            response = self._get(url, etag)
            target = response.headers.get("location", "")
            if response.status not in REDIRECTS or not target:
                return response
            response.close()
            before = url
            try:
                url = urljoin(before, target)
                downgrade = urlsplit(before).scheme == "https" and urlsplit(url).scheme != "https"
            except ValueError as error:
                raise AdvisoryError(f"{without_login(before)} redirects to no address") from error
            if downgrade:
                raise AdvisoryError(
                    f"{without_login(before)} redirects from https to {without_login(url)}: not followed"
                )
        raise AdvisoryError(f"{without_login(url)}: more than {REDIRECTS_MOST} redirects")

    def _get(self, url: str, etag: str) -> "BaseHTTPResponse":
        from urllib.parse import unquote, urlsplit

        import urllib3

        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise AdvisoryError(f"not an address: {error}") from error
        if parts.scheme not in {"http", "https"} or not host:
            raise AdvisoryError(
                f"{without_login(url)}: only http and https addresses are fetched",
                "name a folder without a scheme",
            )
        headers = {
            "User-Agent": f"pratique/{__version__}",
            "Accept-Encoding": "identity",  # what is on the disk of the server: lengths and sums then mean it
        }
        if etag:
            headers["If-None-Match"] = etag
        if parts.username is not None:
            login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers |= urllib3.make_headers(basic_auth=login)
        pool = self._pool(parts.scheme, f"{host}:{port}" if port else host)
        return pool.request(
            "GET", without_login(url), headers=headers, redirect=False, retries=False, preload_content=False
        )

    def _pool(self, scheme: str, host: str) -> "PoolManager":
        """Connections for `scheme`, through the environment's proxy unless NO_PROXY has `host`."""
        proxy = _proxy(self._environ, scheme, host)
        pool = self._pools.get(proxy)
        if pool is None:
            pool = self._pools[proxy] = _connect(proxy, self._environ)
        return pool


def _connect(proxy: str, environ: Mapping[str, str]) -> "PoolManager":
    import ssl

    import urllib3

    trusted = environ.get("SSL_CERT_FILE") or None
    try:
        context = ssl.create_default_context(cafile=trusted)
    except (OSError, ssl.SSLError) as error:
        raise AdvisoryError(f"SSL_CERT_FILE={trusted} cannot be read: {error}") from error
    timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT)
    if not proxy:
        return urllib3.PoolManager(ssl_context=context, timeout=timeout, maxsize=16, block=False)
    address = urllib3.util.parse_url(proxy)
    try:
        return urllib3.ProxyManager(
            without_login(proxy),
            proxy_headers=urllib3.make_headers(proxy_basic_auth=address.auth) if address.auth else None,
            proxy_ssl_context=context,
            ssl_context=context,
            timeout=timeout,
            maxsize=16,
            block=False,
        )
    except urllib3.exceptions.HTTPError as error:
        raise AdvisoryError(
            f"proxy {without_login(proxy)}: {_line(error)}", "only http and https proxies are supported"
        ) from error


def _proxy(environ: Mapping[str, str], scheme: str, host: str) -> str:
    """Address of the proxy for `host` by the customs of curl, in either case of letters; empty: none."""
    from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # not in typeshed

    def value(name: str) -> str:
        return environ.get(name) or environ.get(name.upper()) or ""

    proxy = value(f"{scheme}_proxy") or value("all_proxy")
    if not proxy or proxy_bypass_environment(host, {"no": value("no_proxy")}):
        return ""
    return proxy if "://" in proxy else f"http://{proxy}"


def _copy(response: "BaseHTTPResponse", file: BinaryIO, largest: int, progress: Progress | None, shown: str) -> None:
    total = int(response.headers.get("content-length") or 0) if _is_length(response) else 0
    if total > largest:
        raise AdvisoryError(f"{shown}: {total:,} bytes, more than the {largest:,} that are allowed")
    done = 0
    for piece in _pieces(response):
        done += len(piece)
        if done > largest:
            raise AdvisoryError(f"{shown}: more than the {largest:,} bytes that are allowed")
        file.write(piece)
        if progress is not None:
            progress(done, total)
    file.flush()


def _pieces(response: "BaseHTTPResponse") -> Iterator[bytes]:
    deadline = time.monotonic() + DOWNLOAD_LONGEST
    for piece in response.stream(CHUNK, decode_content=False):
        if time.monotonic() > deadline:
            raise _TryAgainError(f"not finished after {DOWNLOAD_LONGEST:.0f} seconds")
        yield piece


def _is_length(response: "BaseHTTPResponse") -> bool:
    length = response.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and len(length) < 19


def _etag(response: "BaseHTTPResponse") -> str:
    """The entity tag, if it can be sent back: a folded or endless header line cannot."""
    etag = response.headers.get("etag", "")
    return etag if len(etag) <= 256 and etag.isascii() and etag.isprintable() else ""


def _without_content(response: "BaseHTTPResponse", etag: str, shown: str) -> Answer:
    if response.status == 304 and etag:
        return Answer(304, etag)
    if response.status in ABSENT:
        return Answer(404)
    if response.status in RETRIED:
        raise _TryAgainError(
            f"the server answered {response.status}", _retry_after(response.headers.get("retry-after", ""))
        )
    advice = {
        401: "put user and password into the address: https://user:password@host/",
        403: "the server refuses this address",
        407: "the proxy wants a login: https_proxy=http://user:password@proxy:port",
    }.get(response.status, "")
    raise AdvisoryError(f"{shown}: the server answered {response.status}", advice)


def _retry_after(value: str) -> float:
    """Seconds, from either form of the header; 0 where it is neither. RFC 9110, section 10.2.3."""
    if value.isascii() and value.isdigit():
        return float(value[:9])
    if not value:
        return 0.0
    from email.utils import mktime_tz, parsedate_tz

    try:
        parsed = parsedate_tz(value)
        return max(0.0, mktime_tz(parsed) - time.time()) if parsed else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _line(error: Exception) -> str:
    """The innermost cause on one line: urllib3 wraps pools and objects around it."""
    text = " ".join(str(error).split())
    return text.rpartition(">: ")[2].rpartition("Caused by ")[2][:200] or type(error).__name__

"""The HTTP client against a scripted server on loopback."""

import io
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pratique import __version__
from pratique.errors import AdvisoryError
from pratique.net import http
from pratique.net.http import Client
from tests.net.site import Reply, Site


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as running:
        yield running


class Slept:
    """Notes how long the client wanted to wait, and does not."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
def client(slept: Slept) -> Iterator[Client]:
    with Client(environ={}, sleep=slept) as running:
        yield running


def test_content_etag_and_user_agent(site: Site, client: Client) -> None:
    site.script["/a b"] = [Reply(200, b"content", {"ETag": '"1"'})]
    seen: list[tuple[int, int]] = []
    answer = client.fetch(f"{site.url}/a%20b", largest=7, progress=lambda *now: seen.append(now))
    assert (answer.status, answer.etag, answer.data) == (200, '"1"', b"content")
    assert seen == [(7, 7)]
    assert site.asked[0].headers["user-agent"] == f"pratique/{__version__}"
    assert site.asked[0].headers["accept-encoding"] == "identity"
    assert "if-none-match" not in site.asked[0].headers


def test_not_modified(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(304)]
    answer = client.fetch(f"{site.url}/x", largest=9, etag='"1"')
    assert (answer.status, answer.etag, answer.data) == (304, '"1"', b"")
    assert site.asked[0].headers["if-none-match"] == '"1"'


@pytest.mark.parametrize("status", [404, 410])
def test_absent_is_an_answer(site: Site, client: Client, status: int) -> None:
    site.script["/x"] = [Reply(status, b"sorry")]
    assert client.fetch(f"{site.url}/x", largest=9) == http.Answer(404)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_try_again(site: Site, client: Client, slept: Slept, status: int) -> None:
    site.script["/x"] = [Reply(status), Reply(status, headers={"Retry-After": "7"}), Reply(200, b"ok")]
    assert client.fetch(f"{site.url}/x", largest=9).data == b"ok"
    assert slept.seconds == [1.0, 7.0]


def test_retry_after_has_a_bound_and_may_be_a_date(site: Site, client: Client, slept: Slept) -> None:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 20))
    site.script["/x"] = [
        Reply(503, headers={"Retry-After": "99999999999"}),
        Reply(503, headers={"Retry-After": date}),
        Reply(503, headers={"Retry-After": "soon"}),
        Reply(200, b"ok"),
    ]
    assert client.fetch(f"{site.url}/x", largest=9).data == b"ok"
    assert slept.seconds[0] == http.WAIT_LONGEST
    assert 10 < slept.seconds[1] <= 20
    assert slept.seconds[2] == 4.0


def test_give_up(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(500)]
    with pytest.raises(AdvisoryError, match=r"/x: the server answered 500 \(4 tries\)"):
        client.fetch(f"{site.url}/x", largest=9)
    assert len(site.asked) == http.ATTEMPTS


def test_refused_is_not_tried_again(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(401)]
    with pytest.raises(AdvisoryError, match="answered 401") as caught:
        client.fetch(f"{site.url}/x", largest=9)
    assert "user:password@" in caught.value.advice
    assert len(site.asked) == 1


def test_cut_connection_starts_the_file_anew(site: Site, client: Client, tmp_path: Path) -> None:
    body = bytes(range(256)) * 4000
    site.script["/x"] = [Reply(200, body, cut=600_000), Reply(200, body)]
    with (tmp_path / "x").open("w+b") as file:
        assert client.download(f"{site.url}/x", file, largest=len(body)).status == 200
        file.seek(0)
        assert file.read() == body


def test_always_cut(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(200, b"0123456789", cut=4)]
    with pytest.raises(AdvisoryError, match="4 tries"):
        client.fetch(f"{site.url}/x", largest=10)


def test_too_large_by_announcement(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(200, b"x" * 1000)]
    with pytest.raises(AdvisoryError, match="1,000 bytes, more than the 999"):
        client.fetch(f"{site.url}/x", largest=999)
    assert len(site.asked) == 1


def test_too_large_without_announcement(site: Site, client: Client) -> None:
    chunks = b"3e8\r\n" + b"x" * 1000 + b"\r\n0\r\n\r\n"
    site.script["/x"] = [Reply(200, chunks, {"Content-Length": "", "Transfer-Encoding": "chunked"})]
    assert len(client.fetch(f"{site.url}/x", largest=1000).data) == 1000
    with pytest.raises(AdvisoryError, match="more than the 999 bytes"):
        client.fetch(f"{site.url}/x", largest=999)


def test_a_connection_serves_many_requests(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(200, b"x")]
    for _ in range(5):
        client.fetch(f"{site.url}/x", largest=9)
    assert len({one.client for one in site.asked}) == 1


def test_redirects_are_followed_with_a_bound(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(302, headers={"Location": "/y"})]
    site.script["/y"] = [Reply(307, headers={"Location": f"{site.url}/z"})]
    site.script["/z"] = [Reply(200, b"there")]
    assert client.fetch(f"{site.url}/x", largest=9).data == b"there"
    site.script["/z"] = [Reply(301, headers={"Location": "/x"})]
    with pytest.raises(AdvisoryError, match="more than 5 redirects"):
        client.fetch(f"{site.url}/x", largest=9)


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher:x", "http://[::1", "//"])
def test_redirects_lead_only_to_http(site: Site, client: Client, target: str) -> None:
    site.script["/x"] = [Reply(302, headers={"Location": target})]
    with pytest.raises(AdvisoryError):
        client.fetch(f"{site.url}/x", largest=9)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "x", "", "http://", "http://[", "http://a:99999/"])
def test_only_addresses(client: Client, url: str) -> None:
    with pytest.raises(AdvisoryError):
        client.fetch(url, largest=9)


def test_nobody_listens(client: Client, slept: Slept) -> None:
    with Site() as gone:
        url = gone.url
    with pytest.raises(AdvisoryError, match="refused"):
        client.fetch(f"{url}/x", largest=9)
    assert len(slept.seconds) == http.ATTEMPTS - 1


def test_a_silent_server_is_left(site: Site, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "READ_TIMEOUT", 0.05)
    event = threading.Event()
    site.script["/x"] = [Reply(200, b"0123456789", wait=event)]
    with pytest.raises(AdvisoryError, match=r"timed out.* \(4 tries\)"):
        client.fetch(f"{site.url}/x", largest=10)
    event.set()


@pytest.mark.parametrize("value", ["1", "true", "yes"])
def test_offline_by_environment(site: Site, value: str) -> None:
    with Client(environ={"PRATIQUE_OFFLINE": value}) as client, pytest.raises(AdvisoryError, match="offline"):
        client.fetch(f"{site.url}/x", largest=9)
    assert site.asked == []


def test_offline_by_argument(site: Site) -> None:
    with (
        Client(environ={"PRATIQUE_OFFLINE": "0"}, offline=True) as client,
        pytest.raises(AdvisoryError, match="offline"),
    ):
        client.fetch(f"{site.url}/x", largest=9)
    assert site.asked == []


def test_login_is_sent_and_never_shown(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(200, b"ok"), Reply(403)]
    url = site.url.replace("http://", "http://us%40er:secret@") + "/x"
    client.fetch(url, largest=9)
    assert site.asked[0].headers["authorization"] == "Basic dXNAZXI6c2VjcmV0"
    with pytest.raises(AdvisoryError) as caught:
        client.fetch(url, largest=9)
    assert "secret" not in str(caught.value)


def test_login_stays_with_its_host(site: Site, client: Client) -> None:
    site.script["/y"] = [Reply(200, b"ok")]
    with Site() as other:
        other.script["/x"] = [Reply(302, headers={"Location": f"{site.url}/y"})]
        client.fetch(other.url.replace("http://", "http://user:secret@") + "/x", largest=9)
    assert "authorization" not in site.asked[0].headers


def test_proxy_of_the_environment(site: Site) -> None:
    site.script["/x"] = [Reply(200, b"by proxy")]
    environ = {"HTTP_PROXY": site.url.replace("http://", "http://user:pass@"), "NO_PROXY": "internal.example"}
    with Client(environ=environ) as client:
        assert client.fetch("http://advisories.example/x", largest=99).data == b"by proxy"
    assert site.asked[0].headers["host"] == "advisories.example"
    assert site.asked[0].headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"


def test_no_proxy_has_the_last_word(site: Site) -> None:
    site.script["/x"] = [Reply(200, b"direct")]
    with Site() as proxy, Client(environ={"http_proxy": proxy.url, "no_proxy": "127.0.0.1"}) as client:
        assert client.fetch(f"{site.url}/x", largest=99).data == b"direct"
        assert proxy.asked == []


def test_other_proxies_are_refused(site: Site) -> None:
    with (
        Client(environ={"http_proxy": "socks5://x:y@127.0.0.1:1"}) as client,
        pytest.raises(AdvisoryError, match="proxy socks5://127") as caught,
    ):
        client.fetch(f"{site.url}/x", largest=9)
    assert "only http and https" in caught.value.advice


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "both.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    with (folder / "both.pem").open("a") as both:
        both.write((folder / "cert.pem").read_text())
    return folder


@pytest.fixture
def secure(certificate: Path) -> Iterator[Site]:
    running = Site()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "both.pem")
    running.server.socket = context.wrap_socket(running.server.socket, server_side=True)
    running.url = running.url.replace("http:", "https:")
    with running:
        yield running


def test_certificates_are_checked(secure: Site, client: Client) -> None:
    secure.script["/x"] = [Reply(200, b"ok")]
    with pytest.raises(AdvisoryError, match="certificate") as caught:
        client.fetch(f"{secure.url}/x", largest=9)
    assert "SSL_CERT_FILE" in caught.value.advice


def test_ssl_cert_file(secure: Site, certificate: Path, site: Site) -> None:
    secure.script["/x"] = [Reply(200, b"ok")]
    secure.script["/down"] = [Reply(302, headers={"Location": f"{site.url}/x"})]
    with Client(environ={"SSL_CERT_FILE": str(certificate / "cert.pem")}) as client:
        assert client.fetch(f"{secure.url}/x", largest=9).data == b"ok"
        with pytest.raises(AdvisoryError, match="redirects from https"):
            client.fetch(f"{secure.url}/down", largest=9)
    assert site.asked == []


def test_ssl_cert_file_missing(tmp_path: Path) -> None:
    environ = {"SSL_CERT_FILE": str(tmp_path / "none.pem")}
    with Client(environ=environ) as client, pytest.raises(AdvisoryError, match="SSL_CERT_FILE"):
        client.fetch("https://127.0.0.1:9/x", largest=9)


def test_download_needs_no_memory_of_the_etag(site: Site, client: Client) -> None:
    site.script["/x"] = [Reply(200, b"ok", {"ETag": "é" * 3}), Reply(200, b"ok", {"ETag": "x" * 999})]
    assert client.download(f"{site.url}/x", io.BytesIO(), largest=9).etag == ""
    assert client.download(f"{site.url}/x", io.BytesIO(), largest=9).etag == ""


def test_import_is_cheap() -> None:
    code = "import sys, pratique.net.http; print([m for m in ('urllib3', 'ssl', 'http.client') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"

"""A web server on loopback whose answers a test scripts."""

import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

import msgspec


class Reply(msgspec.Struct):
    """One scripted answer."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}
    cut: int | None = None
    """Close the connection after so many bytes of the body."""
    wait: threading.Event | None = None
    """Send the second half of the body only when this is set."""


class Asked(msgspec.Struct):
    """One request."""

    path: str
    headers: dict[str, str]
    client: int
    """Port of the other end: the same for requests on one connection."""


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Clients that hang up are part of the tests."""


class Site:
    """Answers from `script` (a list is used up to its last reply), else from the files of a folder."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.script: dict[str, list[Reply]] = {}
        self.asked: list[Asked] = []
        site = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.answer(self)

            def log_request(self, *_: object) -> None:
                pass

        self.server = Server(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        """What was asked for so far, in order."""
        return [one.path for one in self.asked]

    def answer(self, door: BaseHTTPRequestHandler) -> None:
        path = unquote(urlsplit(door.path).path)
        headers = {key.lower(): value for key, value in door.headers.items()}
        self.asked.append(Asked(path, headers, door.client_address[1]))
        replies = self.script.get(path)
        if replies is None:
            reply = self._file(path, door.headers.get("If-None-Match", ""))
        else:
            reply = replies.pop(0) if len(replies) > 1 else replies[0]
        send(door, reply)

    def _file(self, path: str, etag: str) -> Reply:
        file = None if self.folder is None else self.folder / path.strip("/")
        if file is None or ".." in path or not file.is_file():
            return Reply(404, b"no such object")
        body = file.read_bytes()
        own = f'"{sha256(body).hexdigest()}"'
        return Reply(304, headers={"ETag": own}) if own == etag else Reply(200, body, {"ETag": own})


def send(door: BaseHTTPRequestHandler, reply: Reply) -> None:
    door.send_response(reply.status)
    headers = {"Content-Length": str(len(reply.body))} | reply.headers
    for key, value in headers.items():
        if value:
            door.send_header(key, value)
    door.end_headers()
    try:
        if reply.wait is not None:
            half = len(reply.body) // 2
            door.wfile.write(reply.body[:half])
            door.wfile.flush()
            reply.wait.wait(30)
            door.wfile.write(reply.body[half:])
        else:
            door.wfile.write(reply.body[: reply.cut])
    except OSError:
        pass
    if reply.cut is not None:
        door.wfile.flush()
        time.sleep(0.01)
        door.close_connection = True

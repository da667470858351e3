"""A small Hugging Face Hub in memory: the routes by which huggingface_hub makes, fills and downloads a repository."""

import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REVISION = "0123456789abcdef0123456789abcdef01234567"


class Hub(BaseHTTPRequestHandler):
    """files: {repository: {path: bytes}}, of the server."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        chunks = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            chunks = b"".join(iter(self.chunk, b""))
        route, files = self.path.split("?")[0], self.server.files
        if route == "/api/repos/create":
            given = json.loads(chunks)
            name = "/".join(filter(None, (given.get("organization"), given["name"])))
            files.setdefault(name, {})
            self.answer({"url": f"{self.server.url}/{name}"})
        elif route.endswith("/preupload/main"):
            asked = json.loads(chunks)["files"]
            modes = [{"path": one["path"], "uploadMode": "regular", "shouldIgnore": False} for one in asked]
            self.answer({"files": modes})
        elif "/commit/main" in route:
            name = route.removeprefix("/api/models/").removesuffix("/commit/main")
            for line in chunks.splitlines():
                entry = json.loads(line)
                if entry["key"] == "file":
                    files[name][entry["value"]["path"]] = base64.b64decode(entry["value"]["content"])
            url = f"{self.server.url}/{name}/commit/{REVISION}"
            self.answer({"commitUrl": url, "commitOid": REVISION, "success": True, "hookOutput": ""})
        else:
            self.answer({"errors": [], "warnings": []})

    def chunk(self):
        """One chunk of a chunked body."""
        size = int(self.rfile.readline(), 16)
        content = self.rfile.read(size)
        self.rfile.readline()
        return content

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        route = self.path.split("?")[0].strip("/")
        for name, files in self.server.files.items():
            if route.startswith(f"api/models/{name}"):
                entries = [{"rfilename": path, "size": len(content)} for path, content in files.items()]
                if "/tree/" in route:
                    self.answer([{"type": "file", "path": one["rfilename"], "oid": "0", **one} for one in entries])
                else:
                    self.answer({"id": name, "modelId": name, "sha": REVISION, "siblings": entries, "private": False})
                return
            path = route.removeprefix(f"{name}/resolve/").partition("/")[2]
            if route.startswith(f"{name}/resolve/") and path in files:
                etag = hashlib.sha1(files[path]).hexdigest()
                self.answer(files[path], {"ETag": f'"{etag}"', "X-Repo-Commit": REVISION, "Accept-Ranges": "bytes"})
                return
        self.answer({"error": "Repository not found"}, {"X-Error-Code": "RepoNotFound"}, 404)

    def answer(self, content, headers=None, code=200):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(code)
        for name, value in {
            "Content-Length": str(len(body)),
            "Content-Type": "application/json",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def start():
    """-> the running server, with its url and files."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    server.url, server.files = f"http://127.0.0.1:{server.server_address[1]}", {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server

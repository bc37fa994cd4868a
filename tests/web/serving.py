"""A server of the demonstration for the tests of this folder: started on a free port, signed in to as a role, stopped."""
import base64
import hashlib
import hmac
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PASSWORD = "demonstration only"


def code(secret, at=None):
    """RFC 6238, six digits."""
    step = int((time.time() if at is None else at) // 30)
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[19] & 15
    return f"{(int.from_bytes(digest[offset:offset + 4], 'big') & 0x7fffffff) % 1000000:06d}"


def demo_secret(name):
    return hashlib.sha256(f"habeas demonstration {name}".encode()).digest()[:20]


class Answer:
    def __init__(self, response, body):
        self.status, self.headers, self.body = response.status, response.headers, body
        self.text = body.decode("utf-8", "replace")


class Server:
    def __init__(self, program, *options, register=False, agreement="agreements/us-sv-2025", store=None, demo=True):
        self.folder = tempfile.TemporaryDirectory()
        self.store = store or os.path.join(self.folder.name, "web.db")
        arguments = [os.path.abspath(program), "serve", "--listen", "127.0.0.1:0", "--store", self.store]
        if demo:
            arguments.append("--demo")
        if os.environ.get("HABEAS_SANITIZED"):   # a sanitizer needs what the sandbox takes; sandbox_test.c tries that one
            arguments.append("--open")
        if agreement:
            arguments += ["--agreement", agreement]
        if register:
            subprocess.run(["tools/demo-register.sh", os.path.abspath(program), self.folder.name], cwd=ROOT, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            arguments += ["--db", os.path.join(self.folder.name, "register.db")]
        self.log = open(os.path.join(self.folder.name, "log"), "w+b")
        self.process = subprocess.Popen(arguments + list(options), cwd=ROOT, stdout=subprocess.PIPE, stderr=self.log)
        line = self.process.stdout.readline().decode()
        found = re.search(r":(\d+)/", line)
        if not found:
            self.log.seek(0)
            sys.exit(f"the server did not start: {line}{self.log.read().decode()}")
        self.port = int(found[1])

    def stop(self):
        """Its exit status; what it said is then in `said`."""
        self.process.terminate()
        status = self.process.wait(60)
        self.process.stdout.close()
        self.log.seek(0)
        self.said = self.log.read().decode("utf-8", "replace")
        self.log.close()
        return status

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=150)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        answer = Answer(response, response.read())
        connection.close()
        return answer

    def raw(self, data, wait=5.0):
        """What comes back for these very bytes until the server closes, or `wait` seconds are over."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as line:
            line.sendall(data)
            got = b""
            try:
                while piece := line.recv(65536):
                    got += piece
            except (TimeoutError, ConnectionResetError):
                got += b"" if got else b"(open)"
            return got


class Browser:
    """Cookies and forms, as a browser keeps and sends them."""

    def __init__(self, server):
        self.server, self.cookies = server, {}

    def ask(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.server.ask(method, path, body, headers)
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
            if "Max-Age=0" in line:
                del self.cookies[name]
        return answer

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def word(self, path):
        """The hidden word of the form on that page."""
        found = re.search(r'name="form" value="([^"]+)"', self.get(path).text)
        return found[1] if found else ""

    def post(self, path, fields, form=None, headers=None):
        from urllib.parse import urlencode
        word = self.word(form or path)
        data = urlencode({"form": word, **fields})
        return self.ask("POST", path, data, {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})

    def sign_in(self, name, password=PASSWORD, secret=None):
        self.post("/en/sign-in", {"name": name, "password": password})
        return self.post("/en/sign-in/code", {"code": code(secret or demo_secret(name))})


class Count:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, ok, what):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"FAILED: {what}")

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(self.failed > 0 or self.passed == 0)


def routes():
    """Rows of src/web/routes.def: kind, method, address, act, whether of a person."""
    text = open(os.path.join(ROOT, "src/web/routes.def"), encoding="utf-8").read()
    rows = re.findall(r'^WEB_(?:LONG_)?(PAGE|DATA)\((GET|POST), "([^"]+)", (\w+), \w+, "[^"]*", [^,]+, (true|false)\)', text, re.M)
    assert len(rows) == len(re.findall(r"^WEB_(?:LONG_)?(?:PAGE|DATA)\(", text, re.M))
    return [(kind, method, address, act, person == "true") for kind, method, address, act, person in rows]

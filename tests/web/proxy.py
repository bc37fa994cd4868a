#!/usr/bin/env python3
"""etc/nginx-habeas.conf as it stands, in front of a server: TLS, the client's address, no hidden requests, no plain text.
usage: proxy.py PROGRAM"""
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import warnings

from serving import Browser, Count, ROOT, Server, Answer
import http.client

warnings.simplefilter("ignore", DeprecationWarning)   # of the old TLS that must not be taken
nginx = shutil.which("nginx") or "/usr/sbin/nginx"
if not os.path.exists(nginx):
    print("nginx is not installed: the proxy is not tried")
    sys.exit(77)
count = Count()
check = count.check
server = Server(sys.argv[1], "--proxy", "--unlimited")
folder = server.folder.name


def free_port():
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


plain, tls = free_port(), free_port()
subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=habeas.example",
                "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"], check=True, stderr=subprocess.DEVNULL)
text = open(os.path.join(ROOT, "etc/nginx-habeas.conf"), encoding="utf-8").read()
for name, value in {"PORT_PLAIN": plain, "PORT_TLS": tls, "PORT_HABEAS": server.port, "CERTIFICATE": f"{folder}/cert.pem",
                    "KEY": f"{folder}/key.pem", "NAME": "habeas.example"}.items():
    text, n = re.subn(rf"\b{name}\b", str(value), text)
    check(n > 0, f"the file has {name}")
open(f"{folder}/nginx.conf", "w", encoding="utf-8").write(
    f"pid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\ndaemon off;\nworker_processes 1;\nevents {{}}\nhttp {{\n"
    f"client_body_temp_path {folder}/body;\nproxy_temp_path {folder}/proxy;\nfastcgi_temp_path {folder}/f;\n"
    f"uwsgi_temp_path {folder}/u;\nscgi_temp_path {folder}/s;\n{text}}}\n")
os.chmod(folder, 0o755)
proxy = subprocess.Popen([nginx, "-p", folder, "-c", f"{folder}/nginx.conf"], stderr=subprocess.PIPE)
for _ in range(100):
    try:
        socket.create_connection(("127.0.0.1", tls), timeout=1).close()
        break
    except OSError:
        time.sleep(0.1)

context = ssl.create_default_context(cafile=f"{folder}/cert.pem")
context.check_hostname = False


class Front:
    """The same questions as serving.Server, through the proxy."""

    def ask(self, method, path, body=None, headers=None):
        line = http.client.HTTPSConnection("127.0.0.1", tls, context=context, timeout=60)
        line.request(method, path, body, headers or {})
        response = line.getresponse()
        answer = Answer(response, response.read())
        line.close()
        return answer


def raw(data):
    with context.wrap_socket(socket.create_connection(("127.0.0.1", tls), timeout=10)) as line:
        line.sendall(data)
        got = b""
        try:
            while piece := line.recv(65536):
                got += piece
        except (TimeoutError, ConnectionResetError, ssl.SSLError):
            pass
        return got


front = Front()
answer = front.ask("GET", "/en/help")
check(answer.status == 200 and "habeas" in answer.text, "pages come through")
check("max-age" in (answer.headers["Strict-Transport-Security"] or ""), "browsers are told to stay with TLS")
check("default-src 'none'" in answer.headers["Content-Security-Policy"], "the policy comes through")
check(answer.headers["Server"] == "nginx", "no version is told")
moved = http.client.HTTPConnection("127.0.0.1", plain, timeout=10)
moved.request("GET", "/en/help", headers={"Host": "habeas.example"})
response = moved.getresponse()
check(response.status == 308 and response.headers["Location"].startswith("https://"), "plain text is sent to TLS")
old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
old.maximum_version = ssl.TLSVersion.TLSv1_1
try:
    old.wrap_socket(socket.create_connection(("127.0.0.1", tls), timeout=5)).close()
    check(False, "TLS 1.1 is taken")
except (ssl.SSLError, OSError):
    check(True, "TLS 1.1")

browser = Browser(front)
check(browser.sign_in("clerk").status == 303 and browser.get("/en/lists", headers={"X-Real-IP": "203.0.113.9"}).status == 200,
      "sign-in through the proxy")
HIDDEN = b"GET /en/demo HTTP/1.1\r\nHost: habeas.example\r\n\r\n"
POST = b"POST /en/sign-in HTTP/1.1\r\nHost: habeas.example\r\n"
for what, request in {"a length and chunks": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                      "two lengths": POST + b"Content-Length: 3\r\nContent-Length: 0\r\n\r\na=b",
                      "an unknown coding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                      "a space before the colon": POST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"}.items():
    got = raw(request + HIDDEN)
    check(got and b"Demonstration" not in got.split(b"<h1>")[-1][:20] and b" 200 " not in got, f"{what}: {got[:100]!r}")
proxy.terminate()
proxy.wait(20)
check(server.stop() == 0, "the server ends")
rows = [json.loads(line) for line in open(server.store + ".audit", encoding="utf-8")]
check(rows and all(row["from"] == "127.0.0.1" for row in rows), "a client cannot write the address that is recorded")
count.end()

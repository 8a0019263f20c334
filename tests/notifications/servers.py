"""Small servers of our own on the loopback, which answer as a test wants them to."""

import json
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def running(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def gateway(status=200):
    """Takes what is posted as JSON; `posted` is what came, with its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            length = int(self.headers["Content-Length"])
            self.server.posted.append((self.path, json.loads(self.rfile.read(length))))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.posted = []
    return running(server)


def mail_server(answer_to_recipient="250 ok"):
    """Speaks as much SMTP as smtplib asks for; `taken` is the text of each mail."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 test")
            for line in self.rfile:
                verb = line.split()[0].upper()
                if verb == b"DATA":
                    self.say("354 go on")
                    self.server.taken.append(self.text())
                    self.say("250 ok")
                else:
                    self.say(answer_to_recipient if verb == b"RCPT" else "250 ok")

        def text(self):
            lines = iter(self.rfile.readline, b".\r\n")
            return b"".join(lines).decode()

        def say(self, line):
            self.wfile.write(f"{line}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    server.taken = []
    return running(server)

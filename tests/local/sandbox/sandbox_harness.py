"""What the sandbox's tests share: a running sandbox, a receiver of callbacks, and patience."""

from __future__ import annotations

import base64
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from lxml import etree

from service.local.sandbox.options import Options
from service.local.sandbox.server import build_server

ACCOUNT = "9900000"
ORDERS = f"/api/v1/accounts/{ACCOUNT}/tnoptions"
SUBSCRIPTIONS = f"/api/v1/accounts/{ACCOUNT}/subscriptions"


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never came true"
        threading.Event().wait(0.005)
    return found


def outline(root):
    """Return the element names below a root without regard to their order."""
    return root.tag, sorted(outline(child) for child in root)


def order(*numbers, option="<Sms>on</Sms>", customer_order_id=None):
    name = f"<CustomerOrderId>{customer_order_id}</CustomerOrderId>" if customer_order_id is not None else ""
    return f"<TnOptionOrder>{name}<TnOptionGroups>{group(*numbers, option=option)}</TnOptionGroups></TnOptionOrder>"


def group(*numbers, option="<Sms>on</Sms>"):
    listed = "".join(f"<TelephoneNumber>{number}</TelephoneNumber>" for number in numbers)
    return f"<TnOptionGroup>{option}<TelephoneNumbers>{listed}</TelephoneNumbers></TnOptionGroup>"


def subscription(url, *, order_type="tnoptions", order_id=None, credentials=None, expiry=None, number_format=None):
    parts = [f"<OrderType>{order_type}</OrderType>"]
    parts += [f"<OrderId>{order_id}</OrderId>"] if order_id else []
    inner = f"<URL>{url}</URL>" + (f"<Expiry>{expiry}</Expiry>" if expiry is not None else "")
    if credentials:
        username, password = credentials
        inner += (
            f"<CallbackCredentials><BasicAuthentication><Username>{username}</Username>"
            f"<Password>{password}</Password></BasicAuthentication></CallbackCredentials>"
        )
    inner += f"<NumberFormat>{number_format}</NumberFormat>" if number_format else ""
    return f"<Subscription>{''.join(parts)}<CallbackSubscription>{inner}</CallbackSubscription></Subscription>"


@dataclass
class Sandbox:
    url: str
    http: httpx.Client

    def post(self, body, path=ORDERS):
        return self.http.post(path, content=body)

    def accepted(self, *numbers, **parts):
        answer = self.post(order(*numbers, **parts))
        assert answer.status_code == 201, answer.text
        return etree.fromstring(answer.content).findtext(".//OrderId")

    def report(self, order_id):
        answer = self.http.get(f"{ORDERS}/{order_id}")
        assert answer.status_code == 200
        return etree.fromstring(answer.content)

    def ended(self, order_id):
        ends = {"COMPLETE", "PARTIAL", "FAILED"}
        until(lambda: self.report(order_id).findtext("ProcessingStatus") in ends)
        return self.report(order_id)

    def subscribe(self, *arguments, **parts):
        answer = self.post(subscription(*arguments, **parts), SUBSCRIPTIONS)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"].rsplit("/", 1)[1]

    def faults(self, **settings):
        answer = self.http.put("/_sandbox/faults", json=settings)
        assert answer.status_code == 200, answer.text

    def acted(self):
        return self.http.get("/_sandbox/faults").json()["acted"]

    def ledger(self, **filters):
        return self.http.get("/_sandbox/orders", params=filters).json()

    def callbacks(self):
        return self.http.get("/_sandbox/callbacks").json()


@contextmanager
def running(clock=None, **settings):
    options = Options(**{"pace": 0.05, **settings})
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = build_server(options, clock) if clock else build_server(options)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started)
            with httpx.Client(base_url=url, trust_env=False, verify=False) as http:
                http.headers["Authorization"] = f"Bearer {token(http, options)}"
                yield Sandbox(url, http)
        finally:
            server.should_exit = True
            thread.join()


def token(http, options):
    answer = http.post(
        "/api/v1/oauth2/token",
        auth=(options.client_id, options.client_secret),
        data={"grant_type": "client_credentials"},
    )
    return answer.json()["access_token"]


@dataclass
class Received:
    authorization: str | None
    content_type: str | None
    body: bytes

    @property
    def status(self):
        return etree.fromstring(self.body).findtext("Status")

    @property
    def order_id(self):
        return etree.fromstring(self.body).findtext("OrderId")


@dataclass
class Receiver:
    url: str = ""
    #: Answers to give, the last one for ever: (status, headers, body).
    answers: list = field(default_factory=lambda: [(200, {}, b"")])
    #: Whether requests without Authorization get a 401, and its challenge.
    challenge: str | None = None
    received: list = field(default_factory=list)
    #: Set by a test to look at the world while a callback waits for its answer.
    while_waiting: object = None

    def with_body(self):
        return [request for request in self.received if request.body]

    def statuses(self):
        return [request.status for request in self.with_body()]


@contextmanager
def receiving(**settings):
    receiver = Receiver(**settings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            authorization = self.headers.get("Authorization")
            receiver.received.append(Received(authorization, self.headers["Content-Type"], body))
            if receiver.while_waiting:
                receiver.while_waiting()
            challenged = receiver.challenge is not None and authorization is None
            answers = receiver.answers
            status, headers, text = answers.pop(0) if len(answers) > 1 else answers[0]
            if challenged:
                status, headers, text = 401, {"WWW-Authenticate": receiver.challenge}, b""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(text))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/callbacks"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def basic(username, password):
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()

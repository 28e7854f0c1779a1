"""Single numbers and locations: their addresses, requests for them, and ways to read the answers."""

from __future__ import annotations

from contextlib import contextmanager

from feature_orders import DLDAS, LIDBS, Clock, dlda, lidb, parsed
from sandbox_harness import ACCOUNT, order, running

SITE = f"/api/v1/accounts/{ACCOUNT}/sites/2"
PEERS = f"{SITE}/sippeers"
FULL = f"{PEERS}/500014"
PLAIN = f"{PEERS}/500015"
NUMBERS = f"{FULL}/tns"
TNS = "/api/v1/tns"

#: Seconds from an order to its end, and from a PUT of a number's options to when they show, under `timed`.
PACE = 60.0
SHOWS = 15.0


@contextmanager
def timed(**settings):
    """A sandbox in which time passes only when a test says `sandbox.clock.wait`."""
    clock = Clock()
    with running(clock=clock, **{"pace": PACE, "token_ttl": 10**9, **settings}) as sandbox:
        sandbox.clock = clock
        yield sandbox


def shape(root):
    """Return the element names below a root in their order."""
    return root.tag, [shape(child) for child in root]


def told(root):
    """Return the names and texts below a root in their order."""
    return [(each.tag, (each.text or "").strip()) for each in root.iter()]


def texts(root):
    """Return the texts of all leaves by name; the same name once more is listed."""
    found = {}
    for leaf in root.iter():
        if len(leaf) == 0:
            found.setdefault(leaf.tag, []).append(leaf.text)
    return {tag: values[0] if len(values) == 1 else values for tag, values in found.items()}


def got(sandbox, path):
    answer = sandbox.http.get(path)
    assert answer.status_code == 200, answer.text
    return parsed(answer)


def refusal(answer):
    """Return status, root and code of an answer that has nothing else to say."""
    document = parsed(answer)
    assert [part.tag for part in document.iter()][1:] == ["ResponseStatus", "ErrorCode", "Description"], answer.text
    return answer.status_code, document.tag, int(document.findtext("ResponseStatus/ErrorCode"))


def number(telephone_number, inner=""):
    return f"<SipPeerTelephoneNumber><FullNumber>{telephone_number}</FullNumber>{inner}</SipPeerTelephoneNumber>"


def change(sandbox, telephone_number, inner="", path=NUMBERS):
    return sandbox.http.put(f"{path}/{telephone_number}", content=number(telephone_number, inner))


def changed(sandbox, telephone_number, inner=""):
    """PUT a number's options and let them show."""
    answer = change(sandbox, telephone_number, inner)
    assert (answer.status_code, answer.content) == (200, b""), answer.text
    sandbox.clock.wait(SHOWS)


def options(sandbox, telephone_number):
    """Return what the per-number resource shows of a number, beside the number."""
    shown = texts(got(sandbox, f"{NUMBERS}/{telephone_number}"))
    assert shown.pop("FullNumber") == telephone_number
    return shown


def details(sandbox, telephone_number):
    document = got(sandbox, f"{TNS}/{telephone_number}/tndetails")
    assert [part.tag for part in document] == ["TelephoneNumberDetails"]
    return document[0]


def ordered(sandbox, *numbers, option, wait=PACE):
    """Order line options and let the order end."""
    order_id = sandbox.accepted(*numbers, option=option)
    sandbox.clock.wait(wait)
    return order_id


def submit(sandbox, kind, *numbers):
    """Order anything at all for some numbers, and leave the order open."""
    path, body = {
        "tn-options": (f"/api/v1/accounts/{ACCOUNT}/tnoptions", order(*numbers)),
        "lidb": (LIDBS, lidb(*numbers)),
        "dlda": (DLDAS, dlda(*numbers)),
    }[kind]
    answer = sandbox.post(body, path)
    assert answer.status_code == 201, answer.text

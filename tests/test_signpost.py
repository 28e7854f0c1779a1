"""The signpost answers as Starlette's router would: over all routes of the house, all methods and odd paths."""

from __future__ import annotations

import re
from itertools import chain, product, zip_longest

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from service import callbacks
from service.api import public, routes
from service.dashboard import routes as dashboard
from service.doorway.signpost import Signpost

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PURGE", "get")
FITTING = {"": "one", "path": "a/b", "int": "7", "uuid": "01a22526-055d-7144-91e1-2c40764ba718"}
FILLINGS = ("one", "a/b", "", "/", "a/", "\u00e9 %2F", "a\n")
ODD = ("", "/", "//", "/v1", "/v1/", "//v1/", "/nowhere", "*", "no-slash", "/" * 50, "/v1/" + "/" * 50 + "x", "/v1\n")


def house():
    return [*callbacks.routes(), *public.public_routes(), *routes.routes(), *dashboard.routes()]


def told(at, route):
    async def tell(request):
        return PlainTextResponse(f"{at} {request['path_params']} {request['endpoint'] is tell}")

    return Route(route.path, tell, methods=[each for each in route.methods if each != "HEAD"])


def paths(route):
    """Addresses of a route, and beside it."""
    parts = re.split(r"{([^}]+)}", route.path)
    fitting = [FITTING[each.partition(":")[2]] for each in parts[1::2]]
    for filling in FILLINGS:
        for some in ([filling] * len(fitting), [*fitting[:-1], filling][: len(fitting)], fitting):
            path = "".join(chain.from_iterable(zip_longest(parts[::2], some, fillvalue="")))
            yield from (path, path + "/", "/" + path, path + "/more/still")


async def answer(app, method, path, root_path=""):
    said = []

    async def send(message):
        said.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": method, "path": path, "root_path": root_path, "query_string": b"", "headers": []}
    await app(scope, receive, send)
    begin, *parts = said
    headers = [(name, sorted(value.split(b", ")) if name == b"allow" else value) for name, value in begin["headers"]]
    return begin["status"], headers, b"".join(each.get("body", b"") for each in parts)


def apps(made):
    """The same routes behind Starlette's router, and behind the signpost."""
    found = Starlette(routes=made), Starlette(routes=[Signpost(made)])
    for each in found:
        each.router.redirect_slashes = False
    return found


async def test_every_route_by_every_method_at_every_odd_path_is_the_same():
    made = [told(at, each) for at, each in enumerate(house())]
    theirs, ours = apps(made)
    asked = sorted({*ODD, *chain.from_iterable(paths(each) for each in made)})
    statuses, bodies = set(), set()
    for method, path in product(METHODS, asked):
        expected = await answer(theirs, method, path)
        assert await answer(ours, method, path) == expected, (method, path)
        statuses.add(expected[0])
        bodies.add(expected[2].partition(b" ")[0])
    assert statuses == {200, 404, 405}
    assert bodies >= {str(at).encode() for at in range(len(made))}


@pytest.mark.parametrize("path", ["/under/a", "/under/a/b", "/a", "/under", "/underneath/a"])
async def test_so_it_is_beneath_a_path_of_a_proxys(path):
    made = [told(at, Route(each, dashboard, methods=["GET"])) for at, each in enumerate(("/{x}", "/{x:path}"))]
    theirs, ours = apps(made)
    assert await answer(ours, "GET", path, "/under") == await answer(theirs, "GET", path, "/under")


@pytest.mark.parametrize(
    "both",
    [
        ("/{x}/b", "/a/{y}"),
        ("/{x:path}", "/a/b"),
        ("/a/b", "/{x:path}"),
        ("/{x:path}/b", "/a/{y:path}"),
        ("/a{x:path}", "/{x:int}/b"),
    ],
)
async def test_the_first_route_that_takes_a_path_gets_it_and_the_first_of_the_others_refuses_the_method(both):
    for methods in product((["GET"], ["POST"], ["GET", "POST"]), repeat=2):
        made = [
            told(at, Route(path, dashboard, methods=some))
            for at, (path, some) in enumerate(zip(both, methods, strict=True))
        ]
        theirs, ours = apps(made)
        for method, path in product(("GET", "HEAD", "POST", "PUT"), ("/a/b", "/a", "/a/b/b", "/7/b", "/ab/b", "/")):
            assert await answer(ours, method, path) == await answer(theirs, method, path), (methods, method, path)


async def test_a_web_socket_is_nobodys():
    _, ours = apps([told(0, Route("/a", dashboard, methods=["GET"]))])
    said = []

    async def send(message):
        said.append(message["type"])

    async def receive():
        return {"type": "websocket.connect"}

    await ours({"type": "websocket", "path": "/a", "headers": [], "query_string": b""}, receive, send)
    assert said == ["websocket.close"]

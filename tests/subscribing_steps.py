"""Steps of tests that subscribe through the XML front, as a client of Bandwidth's does."""

from __future__ import annotations

from service import xml


def path(world, subscription_id=None, prefix="/api/v1"):
    every = f"{prefix}/accounts/{world.account}/subscriptions"
    return f"{every}/{subscription_id}" if subscription_id else every


def written(url, *, order_type="tnoptions", order_id=None, expiry=None, credentials=None, more=""):
    """A `Subscription` document; `credentials` are USER:PASSWORD."""
    basic = ""
    if credentials:
        user, _, password = credentials.partition(":")
        both = f"<Username>{user}</Username><Password>{password}</Password>"
        basic = f"<CallbackCredentials><BasicAuthentication>{both}</BasicAuthentication></CallbackCredentials>"
    return (
        "<Subscription>"
        + (f"<OrderType>{order_type}</OrderType>" if order_type else "")
        + (f"<OrderId>{order_id}</OrderId>" if order_id else "")
        + f"<CallbackSubscription><URL>{url}</URL>"
        + (f"<Expiry>{expiry}</Expiry>" if expiry is not None else "")
        + f"{basic}{more}</CallbackSubscription></Subscription>"
    )


async def subscribe(world, service, **what):
    """Subscribe a service; returns the subscription's id."""
    credentials = what.pop("credentials", service.credentials)
    answer = await world.api.post(path(world), content=written(service.url, credentials=credentials, **what))
    assert (answer.status_code, answer.content) == (201, b""), answer.text
    return answer.headers["location"].rpartition("/")[2]


async def shown(world, subscription_id):
    """The subscription's elements by their paths, as a GET shows them."""
    answer = await world.api.get(path(world, subscription_id))
    assert answer.status_code == 200, answer.text
    (subscription,) = xml.child(xml.parse(answer.content), "Subscriptions")
    tree = subscription.getroottree()
    return {tree.getelementpath(each).partition("Subscription/")[2]: each.text for each in subscription.iter()}


def refusal(answer):
    """A refusal's status, code and description."""
    root = xml.parse(answer.content)
    assert root.tag == "SubscriptionsResponse"
    status = xml.child(root, "ResponseStatus")
    return answer.status_code, xml.text(status, "ErrorCode"), xml.text(status, "Description")

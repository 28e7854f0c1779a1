"""The calls of the API, by what they are about; each is written once."""

from service.client.operations.batches import Batches
from service.client.operations.deciding import Deciding
from service.client.operations.deliveries import Deliveries
from service.client.operations.endpoints import Endpoints
from service.client.operations.events import Events
from service.client.operations.glance import Glance
from service.client.operations.numbers import Numbers
from service.client.operations.orders import Orders
from service.client.operations.orphans import Orphans
from service.client.operations.submitting import Submitting
from service.client.operations.subscriptions import SubscriptionCalls
from service.client.operations.waiting import Waiting


class Operations(
    Submitting,
    Orders,
    Waiting,
    Deciding,
    Glance,
    Numbers,
    Batches,
    Events,
    Endpoints,
    Deliveries,
    Orphans,
    SubscriptionCalls,
):
    """All calls."""

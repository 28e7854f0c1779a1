"""What a client of Bandwidth does with its Python SDK, call by call, and what it sees: one JSON object on stdout.

Runs in the SDK's own environment, with nothing of the tracker: `calls.py URL ACCOUNT [PART...]`, credentials as JSON on
stdin ({"username", "password"} or {"token"}). Each answer is what the SDK has read into its objects, or what it raised.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from xml.etree.ElementTree import ParseError

import requests
from bandwidth_numbers import Account, Client, RestError, Tns
from bandwidth_numbers.models.base_resource import BaseResourceList, BaseResourceSimpleList
from bandwidth_numbers.models.maps.base_map import BaseMap
from bandwidth_numbers.models.telephone_number import TelephoneNumber

SITE, PEER = "2", "500014"
ENDS = {"COMPLETE", "PARTIAL", "FAILED", "CANCELLED"}
#: seconds that an order may take to its end
PATIENCE = 60
CALLBACK = "https://callbacks.example.com/told"


class Calls:
    """Everything once, in a sequence that repeats."""

    def __init__(self, url, account_id, credentials):
        self.url = url.rstrip("/")
        self.credentials = credentials
        self.client = Client(
            url=url,
            account_id=account_id,
            username=credentials.get("username"),
            password=credentials.get("password"),
            access_token=credentials.get("token"),
        )
        self.account = Account(client=self.client)
        self.seen = {}

    def call(self, name, doing):
        """Note what a call makes of its answer; returns its result, None when it raised."""
        try:
            result = doing()
        except (RestError, requests.HTTPError, ParseError, AttributeError, TypeError, ValueError) as error:
            self.seen[name] = {"raised": type(error).__name__, "says": words(error)}
            return None
        self.seen[name] = shown(result)
        return result

    def until(self, condition):
        """Ask again and again, as a client that polls, but not for ever."""
        deadline = time.monotonic() + PATIENCE
        while not condition() and time.monotonic() < deadline:
            time.sleep(0.02)

    def end(self, name, resource, order_id):
        """Fetch an order until it has ended."""
        self.until(lambda: resource.get(order_id).processing_status in ENDS)
        order = resource.get(order_id)
        self.seen[name] = shown(order)
        return order


def words(error):
    """Tell an error as a person would read it: the SDK's own words, or the body that it could not read."""
    said = error.args[0] if error.args else ""
    return said.decode() if isinstance(said, bytes) else str(said)


def shown(value):
    """Write what an object of the SDK holds; its maps name what it can hold."""
    if isinstance(value, BaseResourceList | BaseResourceSimpleList):
        return [shown(each) for each in value.items]
    if not isinstance(value, BaseMap):
        return value if value is None or isinstance(value, bool | int | str) else type(value).__name__
    names = {name for kind in type(value).__mro__ if kind.__name__.endswith("Map") for name in vars(kind)}
    found = {name: getattr(value, name, None) for name in sorted(names) if not name.startswith("_")}
    told = {name: shown(each) for name, each in found.items() if each is not None}
    return {name: each for name, each in told.items() if each not in ({}, [])}


def line_options(calls):
    orders, create = calls.account.tn_option_orders, partial(of_options, calls)
    made = calls.call("tnoptions created", create("SDK 1", ["2018551001", "2018551002"], sms="on"))
    calls.end("tnoptions ended", orders, made.id)
    made = calls.call("tnoptions of two, one not ours", create("SDK 2", ["2018551003", "2015550101"], sms="on"))
    calls.end("tnoptions ended PARTIAL", orders, made.id)
    made = calls.call("tnoptions with errors in the 201", create("SDK 3", ["2018551004", "2015550107"], sms="on"))
    calls.end("tnoptions whose 201 had errors ended", orders, made.id)
    made = calls.call("tnoptions with a passcode", create("SDK 4", ["2018551005"], port_out_passcode="12abd38"))
    calls.end("tnoptions with a passcode ended", orders, made.id)
    made = calls.call(
        "tnoptions of more options",
        create("SDK 5", ["2018551006"], call_forward="2018551022", calling_name_display="off", number_format="e164"),
    )
    calls.end("tnoptions of more options ended", orders, made.id)
    a2p = {"message_class": "T", "campaign_id": "CJEUMDK", "action": "asSpecified"}
    made = calls.call("tnoptions with A2P", create("SDK 6", ["2018551007"], sms="on", a2p_settings=a2p))
    calls.end("tnoptions with A2P ended", orders, made.id)
    calls.call("tnoptions refused with 400", create("SDK 9", ["2015550140"], sms="on"))
    calls.call("tnoptions refused with 409", create("SDK 10", ["2015550141"], sms="on"))
    calls.call("tnoptions of no option", create("SDK 11", ["2018551010"]))
    calls.call("tnoptions listed by number", lambda: orders.list({"tn": "2018551001"}))
    calls.call("tnoptions listed by reference", lambda: orders.list({"customerOrderId": "SDK 2"}))
    calls.call("tnoptions listed by status", lambda: orders.list({"status": "PARTIAL"}))
    calls.call("tnoptions of nobody", lambda: orders.get("00000000-0000-4000-8000-000000000000"))


def of_options(calls, reference, numbers, **options):
    groups = {"tn_option_group": [{"telephone_numbers": {"telephone_number": numbers}, **options}]}
    return lambda: calls.account.tn_option_orders.create({"customer_order_id": reference, "tn_option_groups": groups})


def names(calls):
    orders = calls.account.lidbs

    def create(number, subscriber, visibility="PUBLIC"):
        group = {"subscriber_information": subscriber, "use_type": "BUSINESS", "visibility": visibility}
        group["telephone_numbers"] = {"telephone_number": [number]}
        return lambda: orders.create({"customer_order_id": "SDK", "lidb_tn_groups": {"lidb_tn_group": [group]}})

    made = calls.call("lidbs created", create("2018551101", "Joes Garage"))
    calls.end("lidbs ended", orders, made.id)
    made = calls.call("lidbs not ours", create("2015550101", "Joes Garage"))
    calls.end("lidbs ended FAILED", orders, made.id)
    calls.call("lidbs refused", create("2015550140", "Joes Garage"))
    calls.call("lidbs without visibility", create("2018551102", "Joes Garage", ""))
    calls.call("lidbs listed", lambda: orders.list({"tn": "2018551101"}))
    calls.call("lidbs of nobody", lambda: orders.get("00000000-0000-4000-8000-000000000000"))


def listings(calls):
    orders = calls.account.dldas

    def group(number, city="Raleigh"):
        return {
            "telephone_numbers": {"telephone_number": [number]},
            "subscriber_type": "RESIDENTIAL",
            "listing_type": "LISTED",
            "list_address": "true",
            "listing_name": {"first_name": "Joe", "last_name": "Smith"},
            "address": {
                "house_number": "12",
                "street_name": "ELM",
                "city": city,
                "state_code": "NC",
                "zip": "27609",
                "address_type": "DLDA",
            },
        }

    def create(number):
        groups = {"dlda_tn_group": [group(number)]}
        return lambda: orders.create({"customer_order_id": "SDK", "dlda_tn_groups": groups})

    made = calls.call("dldas created", create("2018551201"))
    order = calls.end("dldas ended", orders, made.id)
    calls.call("dldas history", order.history.list)
    calls.call("dldas changed too late", order.save)
    made = calls.call("dldas that wait for a change", create("2015550125"))
    order = orders.get(made.id)
    for each in order.dlda_tn_groups.dlda_tn_group.items:
        each.address.city = "Durham"
    calls.call("dldas changed", order.save)
    calls.seen["dldas as the change answered"] = shown(order)
    calls.end("dldas changed and ended", orders, made.id)
    calls.call("dldas refused", create("2015550140"))
    calls.call("dldas listed", lambda: orders.list({"tn": "2018551201"}))
    calls.call("dldas of nobody", lambda: orders.get("00000000-0000-4000-8000-000000000000"))


def subscriptions(calls):
    kept = calls.account.subscriptions

    def create(order_type, url=CALLBACK):
        wanted = {"order_type": order_type, "callback_subscription": {"url": url, "expiry": "100000"}}
        return lambda: kept.create(wanted)

    made = calls.call("subscription created", create("tnoptions"))
    calls.call("subscription created twice", create("tnoptions"))
    calls.call("subscription of no such type", create("nothing"))
    calls.call("subscription fetched by the collection", lambda: kept.get(made.id))
    calls.call("subscription fetched by itself", lambda: kept.create(save=False).get(made.id))
    # both of them read nothing, so what a client changes it takes from the list
    changed = calls.call("subscriptions listed", lambda: kept.list({"orderType": "tnoptions"})).items[0]
    changed.callback_subscription.url = CALLBACK + "-more"
    changed.callback_subscription.expiry = "200000"
    calls.call("subscription updated", changed.save)
    calls.call("subscriptions listed after the update", kept.list)
    calls.call("subscription deleted", changed.delete)
    calls.call("subscription of nobody", lambda: kept.create(save=False).get(made.id))


def places(calls):
    site = calls.account.sites.create(save=False)
    site.id = SITE
    calls.call("locations listed", site.sip_peers.list)
    peer = calls.call("location fetched", lambda: site.sip_peers.get(PEER))
    calls.call("location saved as it was", peer.save)
    peer.final_destination_uri = "sip:failover@203.0.113.9:5060"
    calls.call("location saved", peer.save)
    calls.call("location as saved", lambda: site.sip_peers.get(PEER))
    peer.final_destination_uri = "nowhere"
    calls.call("location saved with a wrong destination", peer.save)
    calls.call("location of nobody", lambda: site.sip_peers.get("1"))
    peer = site.sip_peers.get(PEER)
    number = calls.call("number of a location", lambda: peer.tns.get("2018551301"))
    number.number_format = "e164"
    number.call_forward = "2018551022"
    calls.call("number saved", number.save)
    calls.until(lambda: peer.tns.get("2018551301").call_forward)
    calls.call("number as saved", lambda: peer.tns.get("2018551301"))
    number.number_format = "12digit"
    calls.call("number saved with a wrong format", number.save)
    calls.call("number in conflict", lambda: save_format(peer, "2015550126"))
    calls.call("numbers of a location", peer.tns.list)
    calls.call("number of another location", lambda: peer.tns.get("2015550129"))


def save_format(peer, telephone_number):
    number = peer.tns.create(save=False)
    number.id = telephone_number
    number.number_format = "e164"
    return number.save()


def numbers(calls):
    tns = Tns(client=calls.client)

    def details(telephone_number):
        number = TelephoneNumber(tns)
        number.id = telephone_number
        return number.tndetails.get

    calls.call("number by its own", lambda: tns.get("2018551001"))
    calls.call("number's details", details("2018551001"))
    calls.call("number's name", details("2018551101"))
    calls.call("number's listing", details("2018551201"))
    calls.call("number of nobody", details("2015550130"))


def misspelled(calls):
    """Options that the SDK writes as RpidFormat and FinalDestinationUri."""
    calls.call("tnoptions with RPIDFormat", of_options(calls, "SDK 7", ["2018551008"], rpid_format="e164"))
    destination = {"final_destination_uri": "failover@203.0.113.9:5060"}
    calls.call("tnoptions with FinalDestinationURI", of_options(calls, "SDK 8", ["2018551009"], **destination))


def authorization(calls):
    """Without any credentials, and with client credentials, for which the SDK knows one address alone."""
    stranger = Client(url=calls.url, account_id=calls.client.config.account_id, username="nobody", password="wrong")
    calls.call("strangers", Account(client=stranger).tn_option_orders.list)
    asked, request = [], requests.request

    def refused(method, url, **_):
        asked.append(f"{method} {url}")
        raise ValueError("not asked here")

    requests.request = refused
    try:
        with_secret = Client(url=calls.url, account_id="1", client_id="an id", client_secret="a secret")
        calls.call("token", lambda: with_secret.get("anything"))
    finally:
        requests.request = request
    calls.seen["token asked of"] = asked


PARTS = (line_options, names, listings, subscriptions, places, numbers, misspelled, authorization)


def main():
    calls = Calls(sys.argv[1], sys.argv[2], json.load(sys.stdin))
    wanted = sys.argv[3:]
    try:
        for part in PARTS:
            if not wanted or part.__name__ in wanted:
                part(calls)
    finally:
        json.dump(calls.seen, sys.stdout, indent=1)


if __name__ == "__main__":
    main()

"""Where events may go: URLs in one spelling, and no address that is not of the public internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.allow_list import AllowList
from service.outgoing.address import MOST_CHARACTERS, NotAllowed, check_url, destination, guarded
from service.outgoing.networks import special

NOBODY = AllowList.read(())

SPECIAL = {
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdff::1", "fec0::1"],
    "shared": ["100.64.0.1", "100.127.255.255"],
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "link-local": ["169.254.0.1", "169.254.169.254", "169.254.170.2", "fe80::1", "fe80::1%eth0"],
    "metadata": ["168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fd20:ce::254"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved": [
        *("192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.9"),
        *("240.0.0.1", "255.255.255.255", "2001:db8::1", "2001:1::1", "3fff::1", "100::1", "4000::1", "1::", "5f00::1"),
    ],
    "IPv4-in-IPv6": [
        *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "::ffff:0:7f00:1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1"),
        *("2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2"),
    ],
}
PUBLIC = ["1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1", "192.0.1.1"]
PUBLIC += ["169.253.0.1", "223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888", "2a00:1450::1", "2600::"]
EACH_SPECIAL = [(word, each) for word, found in SPECIAL.items() for each in found]


def literal(address):
    return f"[{address.partition('%')[0]}]" if ":" in address else address


@pytest.mark.parametrize(("word", "address"), EACH_SPECIAL)
def test_special_addresses_are_refused_in_a_url_and_behind_a_name(word, address):
    with pytest.raises(NotAllowed, match=f"{word} address"):
        check_url(f"https://{literal(address)}/hook", ())
    with pytest.raises(NotAllowed, match=f"{word} address"):
        guarded(destination("https://hooks.example.com", NOBODY), [address], NOBODY)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address):
    check_url(f"https://{literal(address)}/hook", ())
    assert guarded(destination("https://hooks.example.com", NOBODY), [address], NOBODY) == [address]


@settings(deadline=None)
@given(st.one_of(st.integers(0, 2**32 - 1).map(IPv4Address), st.integers(0, 2**128 - 1).map(IPv6Address)))
def test_whatever_python_calls_not_global_is_special(address):
    assert address.is_global or special(address) is not None


@pytest.mark.parametrize("others", [["127.0.0.1"], ["fe80::1"], ["1.1.1.1", "::ffff:1.1.1.1"], ["169.254.169.254"]])
def test_one_special_address_among_public_ones_refuses_the_name(others):
    place = destination("https://hooks.example.com", NOBODY)

    for mixed in (["8.8.8.8", *others], [*others, "8.8.8.8"], ["2606:4700::1111", *others, "8.8.8.8"]):
        with pytest.raises(NotAllowed):
            guarded(place, mixed, NOBODY)


WRONG = {
    "": "whole URL",
    "hooks.example.com/orders": "whole URL",
    "//hooks.example.com/orders": "whole URL",
    "https:/hooks.example.com": "whole URL",
    "https:hooks.example.com": "whole URL",
    "https://": "whole URL",
    "https:///orders": "whole URL",
    "https://?a=b": "whole URL",
    "https://hooks.example.com\\@127.0.0.1/": "whole URL",
    "https://hooks.example.com/a\\b": "whole URL",
    "ftp://hooks.example.com": "begins with https://",
    "file:///etc/passwd": "whole URL",
    "javascript://hooks.example.com": "begins with https://",
    "wss://hooks.example.com": "begins with https://",
    "http://hooks.example.com": "https URL",
    "http://1.1.1.1/": "https URL",
    "https://user:password@hooks.example.com": "user name and password",
    "https://user@hooks.example.com": "user name and password",
    "https://@hooks.example.com": "user name and password",
    "https://1.1.1.1@127.0.0.1": "user name and password",
    "https://hooks.example.com/a#b": "#",
    "https://hooks.example.com#": "#",
    "https://hooks.example.com:0": "port from 1 to 65535",
    "https://hooks.example.com:65536": "port from 1 to 65535",
    "https://hooks.example.com:99999999999": "port from 1 to 65535",
    "https://hooks.example.com:-1": "port from 1 to 65535",
    "https://hooks.example.com:": "port from 1 to 65535",
    "https://hooks.example.com:0443": "port from 1 to 65535",
    "https://hooks.example.com:https": "port from 1 to 65535",
    "https://hooks.example.com:443:443": "port from 1 to 65535",
    "https://::1/": "port from 1 to 65535|in brackets",
    "https://[::1": "in brackets",
    "https://[::1]x": "in brackets",
    "https://[fe80::1%25eth0]/": "in brackets",
    "https://[12345::1]/": "IPv6 in brackets",
    "https://[1.1.1.1]/": "IPv6 in brackets",
    "https://[::1.2.3]/": "IPv6 in brackets",
    "https://bücher.example": "xn--",
    "https://hooks.example.com/zoë": "percent-encoded",
    "https://hooks。example.com": "xn--",
    "https://ⓗooks.example.com": "xn--",
    "https://\uff11\uff12\uff17.0.0.1": "xn--",
    "https://hooks.example.com/a b": "visible ASCII",
    " https://hooks.example.com": "visible ASCII",
    "https://hooks.example.com\r\nHost: x": "visible ASCII",
    "https://hooks.example.com/\t": "visible ASCII",
    "https://hooks.example.com/\x00": "visible ASCII",
    "https://hooks.example.com.": "dot at the end",
    "https://localhost.": "dot at the end",
    "https://hooks..example.com": "letters, digits and dashes",
    "https://.example.com": "letters, digits and dashes",
    "https://-a.example.com": "letters, digits and dashes",
    "https://a-.example.com": "letters, digits and dashes",
    "https://*.example.com": "letters, digits and dashes",
    "https://a%2eb.example.com": "letters, digits and dashes",
    "https://a,b.example.com": "letters, digits and dashes",
    f"https://{'a' * 64}.example.com": "letters, digits and dashes",
    f"https://{'.'.join(['a' * 60] * 5)}.com": "letters, digits and dashes",
    "https://localhost/": "full public name",
    "https://LOCALHOST/": "full public name",
    "https://me.localhost/": "full public name",
    "https://redis/": "full public name",
    "https://2130706433/": "four decimal numbers",
    "https://0x7f.1/": "four decimal numbers",
    "https://0x7f000001/": "four decimal numbers",
    "https://0X7F000001/": "four decimal numbers",
    "https://0177.0.0.1/": "four decimal numbers",
    "https://127.1/": "four decimal numbers",
    "https://127.0.0.01/": "four decimal numbers",
    "https://127.0.0.1./": "four decimal numbers",
    "https://1.1.1.1.1/": "four decimal numbers",
    "https://256.1.1.1/": "four decimal numbers",
    "https://hooks.example.0x1/": "four decimal numbers",
    "https://127.0.0.1.:443/": "four decimal numbers",
    f"https://hooks.example.com/{'a' * MOST_CHARACTERS}": "at most 2048",
}


@pytest.mark.parametrize("url", WRONG)
def test_a_url_that_is_wrong_is_told_what_to_do_without_being_quoted(url):
    with pytest.raises(ValueError, match=WRONG[url]) as told:
        check_url(url, ())
    said = str(told.value)
    assert said.endswith(".")
    assert "password@" not in said
    assert "passwd" not in said


RIGHT = {
    "https://hooks.example.com": ("hooks.example.com", 443, "/", "hooks.example.com"),
    "HTTPS://Hooks.EXAMPLE.com:443/A?b=C": ("hooks.example.com", 443, "/A?b=C", "hooks.example.com"),
    "https://hooks.example.com:8443/a": ("hooks.example.com", 8443, "/a", "hooks.example.com:8443"),
    "https://hooks.example.com:80": ("hooks.example.com", 80, "/", "hooks.example.com:80"),
    "https://hooks.example.com?a=b@c:d": ("hooks.example.com", 443, "/?a=b@c:d", "hooks.example.com"),
    "https://hooks.example.com/@me/a:b//c/..": ("hooks.example.com", 443, "/@me/a:b//c/..", "hooks.example.com"),
    "https://xn--bcher-kva.example:65535": ("xn--bcher-kva.example", 65535, "/", "xn--bcher-kva.example:65535"),
    "https://my_service.example.com": ("my_service.example.com", 443, "/", "my_service.example.com"),
    "https://1.1.1.1:1": ("1.1.1.1", 1, "/", "1.1.1.1:1"),
    "https://[2606:4700:0:0::1111]/": ("2606:4700::1111", 443, "/", "[2606:4700::1111]"),
    "https://[2606:4700::1111]:8443/": ("2606:4700::1111", 8443, "/", "[2606:4700::1111]:8443"),
}


@pytest.mark.parametrize("url", RIGHT)
def test_a_url_that_is_right_is_read_in_one_way(url):
    place = destination(url, NOBODY)

    assert (place.host, place.port, place.target, place.authority) == RIGHT[url]
    assert place.is_tls


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:8000/hook", "localhost"),
        ("http://LocalHost:8000/hook", "localhost"),
        ("http://receiver/hook", "Receiver"),
        ("http://hooks.example.com/hook", "hooks.example.com"),
        ("http://127.0.0.1:8000/hook", "127.0.0.0/8"),
        ("https://127.0.0.1:8000/hook", "127.0.0.1"),
        ("http://[::1]:8000/hook", "::1"),
        ("http://[::1]:8000/hook", "::/64"),
        ("https://[::ffff:10.0.0.1]/", "::ffff:0:0/96"),
        ("http://1.1.1.1/", "1.1.1.1"),
    ],
)
def test_what_an_operator_has_named_passes_by_http_too(url, allowed):
    check_url(url, (allowed,))
    check_url(url, ("other.example.com", allowed, "10.9.0.0/16"))
    with pytest.raises(ValueError, match="TRACKER_OUTGOING_ALLOW"):
        check_url(url, ("other.example.com", "10.9.0.0/16"))


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://a.hooks.example.com/", "hooks.example.com"),
        ("http://example.com/", "hooks.example.com"),
        ("http://evil-localhost/", "localhost"),
        ("https://127.0.0.1/", "localhost"),
        ("https://[::ffff:127.0.0.1]/", "127.0.0.0/8"),
        ("https://[64:ff9b::7f00:1]/", "127.0.0.0/8"),
        ("https://10.1.0.0/", "10.0.0.0/16"),
        ("http://2130706433/", "127.0.0.0/8"),
        ("http://0x7f.1/", "127.0.0.0/8"),
        ("http://user@127.0.0.1/", "127.0.0.0/8"),
        ("ftp://127.0.0.1/", "127.0.0.0/8"),
    ],
)
def test_what_is_named_names_nothing_else(url, allowed):
    with pytest.raises(ValueError, match=r"\.$"):
        check_url(url, (allowed,))


@pytest.mark.parametrize(("word", "address"), EACH_SPECIAL)
def test_a_named_host_may_have_an_address_of_the_operators_own_and_no_stranger_one(word, address):
    allowed = AllowList.read(("hooks.example.com",))
    place = destination("http://hooks.example.com", allowed)

    if word in ("private", "shared", "loopback"):
        assert guarded(place, [address], allowed) == [address]
    else:
        with pytest.raises(NotAllowed):
            guarded(place, [address], allowed)


def test_a_named_network_opens_its_addresses_to_every_name_by_https():
    allowed = AllowList.read(("10.0.0.0/8", "169.254.7.0/24"))
    place = destination("https://hooks.example.com", allowed)

    assert guarded(place, ["10.1.2.3", "169.254.7.1", "8.8.8.8"], allowed)
    with pytest.raises(NotAllowed):
        guarded(place, ["10.1.2.3", "192.168.0.1"], allowed)
    with pytest.raises(NotAllowed, match="https"):
        destination("http://hooks.example.com", allowed)


@pytest.mark.parametrize(
    "entry",
    [
        *("", " ", "10.0.0.1/8", "10.0.0.0/33", "300.1.1.1", "127.1", "2130706433", "0x7f.1", "::1%lo", "[::1]"),
        *(
            "https://hooks.example.com",
            "hooks.example.com:443",
            "*.example.com",
            "hooks..com",
            "a b",
            "user@host",
            "bücher",
        ),
        *("a/24", "hooks.example.com."),
    ],
)
def test_an_entry_that_is_neither_host_nor_network_is_refused(entry):
    with pytest.raises(ValueError, match="give hosts such as"):
        AllowList.read(("localhost", entry))

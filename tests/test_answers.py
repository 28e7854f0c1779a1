import pytest
from hypothesis import given
from hypothesis import strategies as st
from published import names, needed, payload

from service import answers, carrier_errors, xml
from service.answers import Forbidden, NotBandwidth, Refused, Taken, Throttled, Unauthorized, Unknown
from service.carrier_errors import CarrierError
from service.exchange import Answer, Broken, NoToken, NotSent

NOW = 1_700_000_000.0
REFUSAL = b"<R><ResponseStatus><ErrorCode>5081</ErrorCode><Description>Wrong.</Description></ResponseStatus></R>"
ID = "ddbdc72e-dc27-490c-904e-d0c11291b095"


def answer(status, body=b"", **headers):
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body, NOW)


def errors(body):
    return carrier_errors.carrier_errors(xml.parse(body))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(REFUSAL, [CarrierError("5081", "Wrong.")], id="ResponseStatus"),
        pytest.param(
            b"<R><ResponseStatus><Description>Gone</Description></ResponseStatus></R>",
            [CarrierError(None, "Gone")],
            id="ResponseStatus without a code",
        ),
        pytest.param(
            b"<R><Status><Code>400</Code><Description>Bad</Description></Status><ErrorList>"
            b"<Error><Code>1</Code><Description>A</Description><TelephoneNumber>+12018551020</TelephoneNumber></Error>"
            b"<Error><Code>2</Code><Description>B</Description><TelephoneNumbers>"
            b"<TelephoneNumber>2018551021</TelephoneNumber><TelephoneNumber>12345</TelephoneNumber>"
            b"</TelephoneNumbers></Error></ErrorList></R>",
            [CarrierError("1", "A", ("2018551020",)), CarrierError("2", "B", ("2018551021", "12345"))],
            id="Status and ErrorList",
        ),
        pytest.param(
            b"<R><Status><Code>400</Code><Description>Bad</Description></Status><ErrorList/></R>",
            [CarrierError("400", "Bad")],
            id="Status alone",
        ),
        pytest.param(
            b"<R><Errors><Code>7</Code><Description>A</Description></Errors></R>", [CarrierError("7", "A")], id="Errors"
        ),
        pytest.param(
            b"<R><Error><Code>7</Code><Description>A</Description></Error></R>", [CarrierError("7", "A")], id="Error"
        ),
        pytest.param(
            b"<R><L><Errors><Error><TelephoneNumber>5209072452</TelephoneNumber><ErrorCode>5071</ErrorCode>"
            b"<Description>\n not  \t available. </Description></Error></Errors></L></R>",
            [CarrierError("5071", "not available.", ("5209072452",))],
            id="Errors of lines",
        ),
        pytest.param(b"<Error><Code>AccessDenied</Code><Message>No</Message></Error>", [], id="another service's"),
        pytest.param(b"<html><body>Bad gateway</body></html>", [], id="a page"),
        pytest.param(b"<R><ErrorList/></R>", [], id="an empty list"),
        pytest.param(REFUSAL.replace(b"</R>", REFUSAL[3:]), [CarrierError("5081", "Wrong.")], id="said twice"),
        pytest.param(
            b"<R><Error><TelephoneNumber>2018551020</TelephoneNumber></Error></R>",
            [CarrierError(None, "", ("2018551020",))],
            id="a number and no reason",
        ),
    ],
)
def test_every_shape_of_an_error_is_read(body, expected):
    assert list(errors(body)) == expected


def test_no_body_holds_no_error():
    assert carrier_errors.carrier_errors(None) == ()
    assert carrier_errors.carrier_warnings(None) == ()


def test_what_bandwidth_says_is_cut_and_freed_of_control_characters():
    said = "a\r\nb\u202e\u009b" + "x" * 600
    (error,) = errors(f"<R><Error><Description>{said}</Description></Error></R>".encode())
    assert error.description.startswith("a b x")
    assert len(error.description) == 500


#: file -> codes; None where an error has none
ERRORS = {
    "errors/openapi-v1-CreateSipPeer-resp400-example": ["13582"],
    "errors/openapi-v1-CreateSipPeer-resp409-example": ["12112"],
    "errors/openapi-v1-CreateSipPeer-resp503-example": ["13566"],
    "errors/openapi-v1-CreateTnOptionOrder-resp400-example": ["5081"],
    "errors/openapi-v1-CreateTnOptionOrder-resp409-example": ["5200"],
    "errors/openapi-v1-GetTnOptionOrder-resp404-example": [None],
    "errors/openapi-v1-ReadDldaOrder-resp404-example": [None],
    "errors/openapi-v1-ReadDldaOrderHistory-resp404-example": [None],
    "errors/openapi-v1-ReadLidbOrder-resp404-example": [None],
    "errors/openapi-v1-ReadSipPeer-resp400-example": ["13563"],
    "errors/openapi-v1-RetrieveTnDetails-resp400-example": ["12512"],
    "errors/openapi-v1-UpdateDldaOrder-resp400-example": ["16105"],
    "errors/openapi-v1-UpdateSipPeerTnSettings-resp400-example": ["13576"],
    "errors/python-test_account-XML_RESPONSE_LINE_OPTION_ORDER": ["5071", "13518"],
    "lidbs/openapi-v1-CreateLidbOrder-resp400-example": ["11007"],
    "lidbs/openapi-v2-CreateLidbOrder-resp400-example": ["11007"],
    "dldas/openapi-v1-CreateDldaOrder-resp400-example": ["16104", "5070"],
}


@pytest.mark.parametrize(("name", "codes"), ERRORS.items(), ids=ERRORS)
def test_every_published_error_is_a_refusal_with_its_codes(name, codes):
    meaning = answers.meaning(answer(400, payload(name)))
    assert isinstance(meaning, Refused)
    assert [error.code for error in meaning.errors] == codes
    assert all(error.description for error in meaning.errors)
    assert meaning.why


def test_no_published_error_is_left_out_of_these_tests():
    needed()
    assert {name for name in ERRORS if name.startswith("errors/")} == {f"errors/{name}" for name in names("errors")}


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer(201, REFUSAL), Taken),
        (answer(200), Taken),
        (answer(204), Taken),
        (answer(400, REFUSAL), Refused),
        (answer(404, REFUSAL), Refused),
        (answer(409, REFUSAL), Refused),
        (answer(422, REFUSAL), Refused),
        (answer(400), NotBandwidth),
        (answer(404, b"<html><body>no</body></html>"), NotBandwidth),
        (answer(407, b"proxy"), NotBandwidth),
        (answer(405, b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), NotBandwidth),
        (answer(401), Unauthorized),
        (answer(401, REFUSAL), Unauthorized),
        (NoToken("invalid_client"), Unauthorized),
        (answer(403), Forbidden),
        (answer(403, REFUSAL), Forbidden),
        (answer(429), Throttled),
        (answer(408, REFUSAL), Unknown),
        (answer(302, location="/login"), Unknown),
        (answer(500, REFUSAL), Unknown),
        (answer(503), Unknown),
        (answer(504), Unknown),
        (answer(100), Unknown),
        (answer(600), Unknown),
        (Broken("reset"), Unknown),
        (NotSent("connect"), NotSent),
    ],
)
def test_an_answer_has_one_meaning(reply, expected):
    assert type(answers.meaning(reply)) is expected


@pytest.mark.parametrize(
    ("location", "found"),
    [
        (f"https://dashboard.bandwidth.com:443/v1.0/accounts/14/tnoptions/{ID}", ID),
        (f"/api/v1/accounts/14/tnoptions/{ID.upper()}/", ID),
        ("https://api.bandwidth.com/api/v1/accounts/14", None),
        ("https://evil.example/../../x", None),
        ("", None),
    ],
)
def test_a_location_names_the_order_or_nothing(location, found):
    assert answers.meaning(answer(201, location=location)).location_id == found


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 5),
        ({"x_ratelimit_reset": str(int(NOW) + 30)}, 30),
        ({"x_ratelimit_reset": str((int(NOW) + 30) * 1000)}, 30),
        ({"x_ratelimit_reset": str(int(NOW) - 30)}, 1),
        ({"x_ratelimit_reset": str(int(NOW) + 86_400)}, 300),
        ({"x_ratelimit_reset": "1e400"}, 5),
        ({"x_ratelimit_reset": "nan"}, 5),
        ({"x_ratelimit_reset": "soon"}, 5),
        ({"retry_after": "17"}, 17),
        ({"retry_after": "0"}, 5),
        ({"retry_after": "Tue, 14 Nov 2023 22:13:50 GMT"}, 30),
        ({"retry_after": "Tue, 14 Nov 2023 22:13:00 GMT"}, 1),
        ({"retry_after": "tomorrow"}, 5),
        ({"retry_after": "17", "x_ratelimit_reset": str(int(NOW) + 30)}, 30),
    ],
)
def test_a_pause_lasts_as_long_as_bandwidth_says_within_bounds(headers, seconds):
    throttled = answers.meaning(answer(429, **headers))
    assert throttled.seconds == seconds
    assert throttled.until == (NOW + seconds) * 1000


@given(st.integers(100, 599), st.binary(max_size=100), st.text(max_size=40))
def test_any_answer_has_a_meaning(status, body, header):
    reply = answer(status, body, location=header, x_ratelimit_reset=header, retry_after=header)
    meaning = answers.meaning(reply)
    assert isinstance(meaning, answers.Meaning)
    if isinstance(meaning, Throttled):
        assert 1 <= meaning.seconds <= 300

"""What the tests of the front share: orders in Bandwidth's XML, and answers read back."""

from __future__ import annotations

from service import xml

#: by resource: a request, and the numbers that it names
TN_OPTIONS = """<TnOptionOrder>{reference}<TnOptionGroups><TnOptionGroup>{more}<Sms>on</Sms>
<TelephoneNumbers><TelephoneNumber>{number}</TelephoneNumber></TelephoneNumbers>
</TnOptionGroup></TnOptionGroups></TnOptionOrder>"""
LIDBS = """<LidbOrder>{reference}<LidbTnGroups><LidbTnGroup>
<TelephoneNumbers><TelephoneNumber>{number}</TelephoneNumber></TelephoneNumbers>
{more}<SubscriberInformation>Fern Garage</SubscriberInformation><UseType>BUSINESS</UseType>
<Visibility>PUBLIC</Visibility></LidbTnGroup></LidbTnGroups></LidbOrder>"""
DLDAS = """<DldaOrder>{reference}<DldaTnGroups><DldaTnGroup>
<TelephoneNumbers><TelephoneNumber>{number}</TelephoneNumber></TelephoneNumbers>
{more}<SubscriberType>RESIDENTIAL</SubscriberType><ListingType>LISTED</ListingType>
<ListingName><FirstName>Wanda</FirstName><LastName>{name}</LastName></ListingName><ListAddress>true</ListAddress>
<Address><HouseNumber>7</HouseNumber><StreetName>Quince</StreetName><City>Fresno</City><StateCode>CA</StateCode>
<Zip>93650</Zip><AddressType>DLDA</AddressType></Address></DldaTnGroup></DldaTnGroups></DldaOrder>"""
TEMPLATES = {"tnoptions": TN_OPTIONS, "lidbs": LIDBS, "dldas": DLDAS}
RESOURCES = sorted(TEMPLATES)
#: where each resource's order stands in an answer to a POST, and to a GET
ORDERS = {"tnoptions": "TnOptionOrder", "lidbs": "LidbOrder", "dldas": "DldaOrder"}
ROOTS = {"tnoptions": "TnOptionOrderResponse", "lidbs": "LidbOrderResponse", "dldas": "DldaOrderResponse"}


def body_of(resource, number="2015551234", reference=None, more="", name="Fern"):
    told = f"<CustomerOrderId>{reference}</CustomerOrderId>" if reference else ""
    return TEMPLATES[resource].format(reference=told, number=number, more=more, name=name)


def path_of(world, resource, *more, prefix="/api"):
    return "/".join([f"{prefix}/accounts/{world.account}/{resource}", *more])


async def post(world, resource, body=None, prefix="/api", **more):
    headers = {"Content-Type": "application/xml", **more.pop("headers", {})}
    path = path_of(world, resource, prefix=prefix)
    return await world.api.post(path, content=body or body_of(resource, **more), headers=headers)


async def get(world, resource, *more, **params):
    return await world.api.get(path_of(world, resource, *more), params=params)


def order_in(answer):
    """The order of an answer, bare or wrapped."""
    root = xml.parse(answer.content)
    return next(each for each in root.iter() if each.tag in ORDERS.values())


def id_of(answer):
    return answer.headers["location"].rpartition("/")[2]


def errors_in(answer):
    """Codes and numbers of an answer's ErrorList."""
    errors = xml.parse(answer.content).iter("Error")
    return [(xml.text(each, "Code"), xml.text(each, "TelephoneNumber")) for each in errors]


def shape(element):
    """An element as something to compare: order and empty elements aside."""
    parts = [shape(each) for each in element]
    text = (element.text or "").strip()
    return (element.tag, text, sorted(part for part in parts if part[1] or part[2]))

import json, os
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

WORKSPACES = f"{os.environ['BRAZE_REST_URL']}/__mock/workspaces"


@pytest.fixture
def workspace():
    created = json.load(urlopen(WORKSPACES, data=b""))
    yield created
    urlopen(Request(f"{WORKSPACES}/{created['name']}", method="DELETE"))


def sizes(api_key):  # your client
    url = f"{os.environ['BRAZE_REST_URL']}/segments/data_series?segment_id=segment_1234&length=30"
    reply = urlopen(Request(url, headers={"Authorization": f"Bearer {api_key}"}))
    return [day["size"] for day in json.load(reply)["data"]]


def test_reads_thirty_days(workspace):
    assert len(sizes(workspace["apiKey"])) == 30


def test_meets_an_outage(workspace):
    urlopen(f"{WORKSPACES}/{workspace['name']}/faults", data=b'{"effect":{"status":503}}')
    with pytest.raises(HTTPError) as outage:
        sizes(workspace["apiKey"])
    assert outage.value.code == 503

import json, os, unittest
from urllib.error import HTTPError
from urllib.request import Request, urlopen

MOCK = os.environ["BRAZE_REST_URL"]


class Sizes(unittest.TestCase):
    def setUp(self):
        workspace = json.load(urlopen(f"{MOCK}/__mock/workspaces", data=b""))
        self.api_key = workspace["apiKey"]
        self.control = f"{MOCK}/__mock/workspaces/{workspace['name']}"

    def sizes(self):  # your client
        url = f"{MOCK}/segments/data_series?segment_id=segment_1234&length=30"
        reply = urlopen(Request(url, headers={"Authorization": f"Bearer {self.api_key}"}))
        return [day["size"] for day in json.load(reply)["data"]]

    def test_reads_thirty_days(self):
        self.assertEqual(len(self.sizes()), 30)

    def test_meets_an_outage(self):
        urlopen(f"{self.control}/faults", data=b'{"effect":{"status":503}}')
        with self.assertRaises(HTTPError) as outage:
            self.sizes()
        self.assertEqual(outage.exception.code, 503)


if __name__ == "__main__":
    unittest.main()

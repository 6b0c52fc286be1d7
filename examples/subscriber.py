#!/usr/bin/env python3
"""Counts what became of every wave, from position 0, by nothing but GET /events as GET /asyncapi describes it.

Usage: python3 examples/subscriber.py http://127.0.0.1:3000
Where the engine asks for keys, BOUCLE_KEY holds one of the role `service`.
Prints one JSON object: by campaign and wave, the same counts as GET /campaigns/{campaignId}/waves reports.
"""

import json
import os
import sys
from urllib.request import Request, urlopen

api = sys.argv[1]
waves = {}
closed = set()


def answer_of(path):
    key = os.environ.get("BOUCLE_KEY")
    return urlopen(Request(api + path, headers={"authorization": f"Bearer {key}"} if key else {}))


def wave_of(data):
    key = data["campaignId"], data["wave"]
    if key not in waves:
        waves[key] = {"decided": 0, "mailed": 0, "cost": 0, "withheld": {}, "responded": 0, "purchased": 0,
                      "amounts": {}, "late": {"responses": 0, "purchases": 0}}
    return waves[key]


def decision_taken(data):
    wave_of(data)["decided"] += 1


def mailing_dispatched(data):
    wave = wave_of(data)
    wave["mailed"] += 1
    wave["cost"] += data["cost"]


def contact_withheld(data):
    withheld = wave_of(data)["withheld"]
    withheld[data["reason"]] = withheld.get(data["reason"], 0) + 1


def reacted(data, count, late):
    """Whether a reaction counts for a wave that is not closed; only the first one of a client is counted."""
    credit = data["credit"]
    if credit is None:
        return False
    wave = wave_of(credit)
    if (credit["campaignId"], credit["wave"]) in closed:
        wave["late"][late] += 1
        return False
    if credit["first"]:
        wave[count] += 1
    return True


def response_recorded(data):
    reacted(data, "responded", "responses")


def purchase_recorded(data):
    if reacted(data, "purchased", "purchases"):
        amounts = wave_of(data["credit"])["amounts"]
        amounts[data["currency"]] = amounts.get(data["currency"], 0) + data["amount"]


def wave_closed(data):
    closed.add((data["campaignId"], data["wave"]))


hear = {
    "boucle.DecisionTaken.v1": decision_taken,
    "boucle.MailingDispatched.v1": mailing_dispatched,
    "boucle.ContactWithheld.v1": contact_withheld,
    "boucle.ResponseRecorded.v1": response_recorded,
    "boucle.PurchaseRecorded.v1": purchase_recorded,
    "boucle.WaveClosed.v1": wave_closed,
}

with answer_of("/asyncapi") as answer:
    promised = {message["headers"]["properties"]["ce_type"]["const"]
                for message in json.load(answer)["components"]["messages"].values()
                if "ce_type" in message["headers"]["properties"]}
missing = set(hear) - promised
if missing:
    sys.exit(f"{api} does not promise {', '.join(sorted(missing))}")

after, lines = 0, 1
while lines > 0:
    lines = 0
    with answer_of(f"/events?after={after}&types={','.join(hear)}&limit=1000") as answer:
        for line in answer:
            event = json.loads(line)
            hear[event["type"]](event["data"])
            after, lines = event["position"], lines + 1

report = {}
for (campaign, number), counts in sorted(waves.items()):
    report.setdefault(campaign, {})[str(number)] = counts
print(json.dumps(report, indent=2))

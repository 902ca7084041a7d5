"""Runs tap-salesforce against the simulator: discovers all streams, reads each of them, and prints their numbers of records as one line of JSON."""

import contextlib
import io
import json
import sys
from pathlib import Path

import requests
from tap_salesforce import main

url, refresh_token, api_type, folder, skipped = sys.argv[1:6]
send = requests.Session.request


def send_to_simulator(session, method, target, **options):
    """The host of the sign-in is not a setting of the tap."""
    return send(session, method, target.replace("https://login.salesforce.com", url), **options)


requests.Session.request = send_to_simulator
config = Path(folder, "config.json")
config.write_text(
    json.dumps(
        {
            "refresh_token": refresh_token,
            "client_id": "simulator-admin",
            "client_secret": "simulator-admin",
            "start_date": "2000-01-01T00:00:00Z",
            "api_type": api_type,
            "select_fields_by_default": "true",
            "is_sandbox": "false",
        }
    )
)


def run_tap(*arguments):
    """The standard output of the tap."""
    sys.argv = ["tap-salesforce", "--config", str(config), *arguments]
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        main()
    return output.getvalue()


catalog = json.loads(run_tap("--discover"))
catalog["streams"] = [stream for stream in catalog["streams"] if stream["stream"] not in skipped.split(",")]
for stream in catalog["streams"]:
    for item in stream["metadata"]:
        if not item["breadcrumb"]:
            item["metadata"]["selected"] = True
selected = Path(folder, "catalog.json")
selected.write_text(json.dumps(catalog))

counts = {stream["stream"]: 0 for stream in catalog["streams"]}
for line in run_tap("--properties", str(selected)).splitlines():
    message = json.loads(line)
    if message["type"] == "RECORD":
        counts[message["stream"]] += 1
print(json.dumps(counts))

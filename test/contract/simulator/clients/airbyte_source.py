"""Runs Airbyte's source for Salesforce with the simulator as login host: airbyte_source.py URL COMMAND OPTIONS"""

import sys

import requests
from source_salesforce.run import run

url = sys.argv.pop(1)
send = requests.Session.send


def send_to_simulator(session, request, **options):
    """The host of the sign-in is not a setting of the source."""
    request.url = request.url.replace("https://login.salesforce.com", url)
    return send(session, request, **options)


requests.Session.send = send_to_simulator
run()

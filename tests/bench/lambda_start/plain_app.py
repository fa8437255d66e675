"""The least that such an application is: Flask, and one boto3 client that reads one item. Packaged by `packages.py`.

Without the item it breaks, and so does the bench.
"""

import os
from hashlib import sha256

import boto3
from flask import Flask

app = Flask(__name__)
dynamodb = boto3.client("dynamodb", region_name="eu-west-1", endpoint_url=os.environ["ALDIA_DYNAMODB_ENDPOINT"])


@app.get("/p/<token>")
def show(token: str) -> str:
    """One item, shown."""
    key = {"pk": {"S": f"T#{sha256(token.encode()).hexdigest()}"}, "sk": {"S": "LINK"}}
    found = dynamodb.get_item(TableName=os.environ["ALDIA_TABLE"], Key=key)["Item"]
    return f"<!doctype html><title>{found['kind']['S']}</title>found"

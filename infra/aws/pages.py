"""The static pages in their bucket: what is new goes ahead of the code, what changed after it, nothing goes away."""

import mimetypes
import time
from hashlib import md5
from typing import Any

from aldia import assets, site
from aldia.settings import Settings
from infra.aws.account import Account
from infra.aws.wishes import Wishes
from infra.local.site import FOR_A_WHILE, FOR_EVER

ASSETS = "assets/"


def files(wishes: Wishes) -> dict[str, bytes]:
    """Every static file by its key, with the stage's own address and contact."""
    settings = Settings(stage=wishes.stage, base_url=wishes.base_url, mail_operator=wishes.mail_operator)
    folder = assets.ROOT / "web"
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found | {name: text.encode() for name, text in site.render(settings).items()}


def send_ahead(account: Account, bucket: str, wanted: dict[str, bytes]) -> list[str]:
    """Styles and scripts, then pages that never were: they must be there before anything leads to them; what was sent.

    A page that is there and has changed waits for `publish`: it may lead to what only the new code answers.
    """
    there = _there(account, bucket)
    styles = {key: body for key, body in wanted.items() if key.startswith(ASSETS)}
    pages = {key: body for key, body in wanted.items() if key not in there and key not in styles}
    return _send(account.client("s3"), bucket, styles | pages, there)


def publish(account: Account, bucket: str, wanted: dict[str, bytes]) -> list[str]:
    """Bring the bucket to these files; the keys that changed.

    Nothing is taken away: the release before leads to it still, and so does a page that is open somewhere. What this
    release does not lead to, its CloudFront function does not find.
    """
    return _send(account.client("s3"), bucket, wanted, _there(account, bucket))


def refresh(account: Account, distribution: str) -> None:
    """Let CloudFront forget its pages; those under assets/ never change."""
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())}
    account.client("cloudfront").create_invalidation(DistributionId=distribution, InvalidationBatch=batch)


def empty(account: Account, bucket: str) -> None:
    """Take every static file away: a bucket must be empty to be deleted."""
    for key in _there(account, bucket):
        account.client("s3").delete_object(Bucket=bucket, Key=key)


def _there(account: Account, bucket: str) -> dict[str, str]:
    """MD5 by key of what the bucket holds."""
    pages = account.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return {each["Key"]: each["ETag"].strip('"') for page in pages for each in page.get("Contents", [])}


def _send(s3: Any, bucket: str, wanted: dict[str, bytes], there: dict[str, str]) -> list[str]:
    changed = [key for key, body in wanted.items() if there.get(key) != md5(body, usedforsecurity=False).hexdigest()]
    for key in changed:
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if kind.startswith("text/") or key.endswith((".js", ".svg")) else ""
        cache = FOR_EVER if key.startswith(ASSETS) else FOR_A_WHILE
        s3.put_object(Bucket=bucket, Key=key, Body=wanted[key], ContentType=kind + charset, CacheControl=cache)
    return changed

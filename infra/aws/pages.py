"""The static pages in their bucket: what differs is sent, pages that are gone go, styles and scripts stay."""

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


def send_assets(account: Account, bucket: str, wanted: dict[str, bytes]) -> list[str]:
    """Styles and scripts, which must be there before anything links them; the keys that were sent."""
    own = {key: body for key, body in wanted.items() if key.startswith(ASSETS)}
    return _send(account.client("s3"), bucket, own, _there(account, bucket))


def publish(account: Account, bucket: str, wanted: dict[str, bytes]) -> list[str]:
    """Bring the bucket to these files; the keys that changed.

    Nothing under assets/ is taken away: the release before links it still, and so does a page that is open somewhere.
    """
    there = _there(account, bucket)
    changed = _send(account.client("s3"), bucket, wanted, there)
    gone = sorted(key for key in there.keys() - wanted.keys() if not key.startswith(ASSETS))
    return changed + _remove(account, bucket, gone)


def refresh(account: Account, distribution: str) -> None:
    """Let CloudFront forget its pages; those under assets/ never change."""
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())}
    account.client("cloudfront").create_invalidation(DistributionId=distribution, InvalidationBatch=batch)


def empty(account: Account, bucket: str) -> None:
    """Take every static file away: a bucket must be empty to be deleted."""
    _remove(account, bucket, sorted(_there(account, bucket)))


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


def _remove(account: Account, bucket: str, keys: list[str]) -> list[str]:
    for key in keys:
        account.client("s3").delete_object(Bucket=bucket, Key=key)
    return keys

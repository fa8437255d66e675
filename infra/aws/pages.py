"""The static pages in their bucket: what differs is sent, what is gone is taken away."""

import mimetypes
import time
from hashlib import md5

from aldia import assets, site
from aldia.settings import Settings
from infra.aws.account import Account
from infra.aws.wishes import Wishes
from infra.local.site import FOR_A_WHILE, FOR_EVER


def files(wishes: Wishes) -> dict[str, bytes]:
    """Every static file by its key, with the stage's own address and contact."""
    settings = Settings(stage=wishes.stage, base_url=wishes.base_url, mail_operator=wishes.mail_operator)
    folder = assets.ROOT / "web"
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return found | {name: text.encode() for name, text in site.render(settings).items()}


def publish(account: Account, bucket: str, wanted: dict[str, bytes]) -> list[str]:
    """Bring the bucket to exactly these files; the keys that changed."""
    s3 = account.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    there = {each["Key"]: each["ETag"].strip('"') for page in pages for each in page.get("Contents", [])}
    changed = [key for key, body in wanted.items() if there.get(key) != md5(body, usedforsecurity=False).hexdigest()]
    for key in changed:
        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        charset = "; charset=utf-8" if kind.startswith("text/") or key.endswith((".js", ".svg")) else ""
        cache = FOR_EVER if key.startswith("assets/") else FOR_A_WHILE
        s3.put_object(Bucket=bucket, Key=key, Body=wanted[key], ContentType=kind + charset, CacheControl=cache)
    gone = sorted(there.keys() - wanted.keys())
    for key in gone:
        s3.delete_object(Bucket=bucket, Key=key)
    return changed + gone


def refresh(account: Account, distribution: str) -> None:
    """Let CloudFront forget its pages; those under assets/ never change."""
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())}
    account.client("cloudfront").create_invalidation(DistributionId=distribution, InvalidationBatch=batch)


def empty(account: Account, bucket: str) -> None:
    """Take every static file away: a bucket must be empty to be deleted."""
    publish(account, bucket, {})

"""The bucket of packages, templates and static pages, and what was deployed when: the way back."""

import io
import json
import time
import zipfile
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.account import Account
from infra.aws.package import RUNTIME
from infra.aws.trim import STAMP
from infra.aws.wishes import Missing, Wishes


@dataclass(frozen=True, slots=True)
class Release:
    """Code, template and static pages, by their keys in the bucket, and the Python that the code was compiled for."""

    package: str
    template: str
    runtime: str = RUNTIME
    site: str = ""  # notes from before this was kept have none


class Releases:
    """A stage's bucket; made when it is missing."""

    def __init__(self, account: Account, wishes: Wishes) -> None:
        self._s3, self._region = account.client("s3"), account.region
        self.bucket = f"aldia-{wishes.stage}-packages-{account.number()}-{account.region}"

    def ensure(self) -> None:
        """Make the bucket, closed to everybody else; nothing happens when it is there."""
        try:
            self._s3.head_bucket(Bucket=self.bucket)
        except ClientError:
            where = {} if self._region == "us-east-1" else {"LocationConstraint": self._region}
            self._s3.create_bucket(Bucket=self.bucket, **({"CreateBucketConfiguration": where} if where else {}))
        closed = dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        )
        self._s3.put_public_access_block(Bucket=self.bucket, PublicAccessBlockConfiguration=closed)

    def upload(self, package: Path, template: str, files: dict[str, bytes]) -> Release:
        """All under names that say their content: what is there already is not sent again."""
        content, site = package.read_bytes(), _packed(files)
        release = Release(
            f"packages/{_digest(content)}.zip",
            f"templates/{_digest(template.encode())}.json",
            site=f"sites/{_digest(site)}.zip",
        )
        bodies = {release.package: content, release.template: template.encode(), release.site: site}
        for key, body in bodies.items():
            if not self._has(key):
                self._s3.put_object(Bucket=self.bucket, Key=key, Body=body)
        return release

    def site(self, release: Release) -> dict[str, bytes]:
        """The release's static files by their key; none when they were not kept."""
        if not release.site:
            return {}
        with zipfile.ZipFile(io.BytesIO(self._read(release.site))) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def url(self, key: str) -> str:
        """Where CloudFormation reads a template (inline, 51,200 bytes would be the limit)."""
        address = self._s3.generate_presigned_url("get_object", Params={"Bucket": self.bucket, "Key": key})
        return str(address).split("?", maxsplit=1)[0]

    def asked(self, release: Release) -> set[str]:
        """The parameters that the release's own template has: not all of today's, once it is an older one."""
        return set(json.loads(self._read(release.template))["Parameters"])

    def note(self, release: Release) -> None:
        """Write down that this runs now, unless the last note says so."""
        if self.listed()[-1:] != [release]:
            key = f"releases/{time.time_ns():020d}.json"
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=json.dumps(asdict(release)).encode())

    def listed(self) -> list[Release]:
        """Every release, the oldest first."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix="releases/")
        keys = sorted(each["Key"] for page in pages for each in page.get("Contents", []))
        return [Release(**json.loads(self._read(key))) for key in keys]

    def before(self) -> Release:
        """The release before the one that runs; Missing when there is none.

        Who goes back to a release leaves behind all that was noted since it: the next way back is the one before it.
        """
        way: list[Release] = []
        for release in self.listed():
            way = [*way[: way.index(release)], release] if release in way else [*way, release]
        if len(way) < 2:
            raise Missing("There is no earlier release to go back to.")
        return way[-2]

    def _read(self, key: str) -> Any:
        return self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def _has(self, key: str) -> bool:
        try:
            self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError:
            return False
        return True


def _packed(files: dict[str, bytes]) -> bytes:
    """A zip, the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, STAMP), files[name], zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:32]

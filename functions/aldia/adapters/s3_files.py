"""Private files in an S3 bucket. Keys are ours: letters, digits, dashes and slashes."""

from typing import Any

from botocore.exceptions import ClientError

ABSENT = ("NoSuchKey", "404")


class S3Files:
    """`client` is a boto3 S3 client, made in bootstrap. The bucket encrypts, and nobody else may read it."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client, self._bucket = client, bucket

    def put(self, key: str, content: bytes) -> None:
        """Write the file whole or not at all."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        """The file; FileNotFoundError when there is none."""
        try:
            return bytes(self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read())
        except ClientError as error:
            if error.response["Error"]["Code"] in ABSENT:
                raise FileNotFoundError(key) from error
            raise

    def delete(self, key: str) -> None:
        """Take the file away; nothing happens when there is none."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def erase(self, folder: str) -> None:
        """Take a folder of keys away with all in it, and no neighbour whose name begins alike."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=f"{folder}/")
        for page in pages:
            for found in page.get("Contents", []):
                self.delete(found["Key"])

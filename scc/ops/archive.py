"""Where a stage's releases are kept: in the bucket of its packages, secrets sealed by KMS.

What is secret is encrypted here, before it is sent: whoever may read the bucket alone reads names.
The data key is made by the stage's own KMS key, bound to the stage and to what it seals (envelope
encryption, AWS KMS developer guide); the text is a Fernet token.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.exceptions import ClientError

from scc.ops.environment import Variables
from scc.ops.function import client, moment_of
from scc.ops.trouble import Trouble

_PRIVATE: Final = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


class NoArchive(Trouble):
    """The bucket or its key does not stand; `str(error)` says what to do."""


_TRIES: Final = 5
_WRITTEN_MEANWHILE: Final = {"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"}


@dataclass(frozen=True)
class _Found:
    """A document as it was read; without an ETag there is none. `at` is AWS's time, not ours."""

    content: Any
    etag: str
    at: str


@dataclass(frozen=True)
class Step:
    """One change, in words, and the call that makes it."""

    text: str
    service: str
    operation: str
    request: Mapping[str, Any]


class Archive:
    """The bucket and the key of one stage."""

    def __init__(self, stage: str, bucket: str) -> None:
        self.stage = stage
        self.bucket = bucket
        self._s3 = client("s3")
        self._kms = client("kms")

    @property
    def alias(self) -> str:
        return f"alias/scc-{self.stage}"

    # What it stands on

    def plan(self, region: str) -> list[Step]:
        """What is missing, in order. Reads only."""
        return [*self._bucket_steps(region), *self._key_steps()]

    def apply(self, steps: list[Step]) -> None:
        for step in steps:
            made = getattr({"s3": self._s3, "kms": self._kms}[step.service], step.operation)(
                **step.request
            )
            if step.operation == "create_key":
                key = made["KeyMetadata"]["KeyId"]
                self._kms.enable_key_rotation(KeyId=key)
                self._kms.create_alias(AliasName=self.alias, TargetKeyId=key)

    def _bucket_steps(self, region: str) -> Iterator[Step]:
        on_bucket = {"Bucket": self.bucket}
        stands = self._stands()
        if not stands:
            request: dict[str, Any] = dict(on_bucket)
            if region != "us-east-1":
                request["CreateBucketConfiguration"] = {"LocationConstraint": region}
            yield Step("create it", "s3", "create_bucket", request)
        if not stands or self._s3.get_bucket_versioning(**on_bucket).get("Status") != "Enabled":
            request = on_bucket | {"VersioningConfiguration": {"Status": "Enabled"}}
            yield Step("keep what is written over", "s3", "put_bucket_versioning", request)
        if not stands or not self._is_private():
            request = on_bucket | {"PublicAccessBlockConfiguration": _PRIVATE}
            yield Step("close it to the public", "s3", "put_public_access_block", request)

    def _stands(self) -> bool:
        try:
            self._s3.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("404", "NoSuchBucket"):
                return False
            if code in ("403", "AccessDenied"):
                raise NoArchive(
                    f"The bucket {self.bucket} is somebody else's, or closed to you: name one of "
                    "your own in zappa_settings.json (s3_bucket)."
                ) from error
            raise
        return True

    def _is_private(self) -> bool:
        try:
            found = self._s3.get_public_access_block(Bucket=self.bucket)
        except ClientError:
            return False
        return bool(found["PublicAccessBlockConfiguration"] == _PRIVATE)

    def _key_steps(self) -> Iterator[Step]:
        try:
            self._kms.describe_key(KeyId=self.alias)
        except self._kms.exceptions.NotFoundException:
            words = f"seals the secrets in the releases of {self.stage}"
            text = f"create the key {self.alias}: it {words}"
            yield Step(text, "kms", "create_key", {"Description": f"SCC: {words}"})

    def key_arn(self) -> str:
        """Of the key behind the alias. Raises NoArchive."""
        try:
            return str(self._kms.describe_key(KeyId=self.alias)["KeyMetadata"]["Arn"])
        except self._kms.exceptions.NotFoundException as error:
            raise self._missing() from error

    # What it holds

    def read(self, name: str) -> Any:
        """The JSON document of that name; None where there is none."""
        return self._read(name).content

    def write(self, name: str, document: Any) -> None:
        self._put(name, document)

    def change(self, name: str, change: Callable[[Any, str], Any]) -> None:
        """Write what `change` makes of the document as it stands, and of AWS's time.

        Only onto what was read (S3's user guide, "Conditional writes"): where somebody else wrote
        meanwhile, it is asked again. What it raises leaves all as it is. Raises NoArchive.
        """
        for _ in range(_TRIES):
            found = self._read(name)
            condition = {"IfMatch": found.etag} if found.etag else {"IfNoneMatch": "*"}
            try:
                self._put(name, change(found.content, found.at), **condition)
            except ClientError as error:
                if error.response["Error"]["Code"] not in _WRITTEN_MEANWHILE:
                    raise
            else:
                return
        raise NoArchive(f"Somebody else keeps writing {name} in {self.bucket}: try again.")

    def _read(self, name: str) -> "_Found":
        try:
            answer = self._s3.get_object(Bucket=self.bucket, Key=name)
        except self._s3.exceptions.NoSuchKey as error:
            return _Found(None, "", moment_of(error.response))
        except self._s3.exceptions.NoSuchBucket as error:
            raise self._missing() from error
        return _Found(json.loads(answer["Body"].read()), answer["ETag"], moment_of(answer))

    def _put(self, name: str, document: Any, **condition: str) -> None:
        body = json.dumps(document, indent=1).encode()
        self._s3.put_object(
            Bucket=self.bucket, Key=name, Body=body, ContentType="application/json", **condition
        )

    def names(self, prefix: str) -> list[str]:
        pages = self._s3.get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for page in found for item in page.get("Contents", [])]

    def keep_file(self, name: str, file: Path) -> None:
        self._s3.upload_file(str(file), self.bucket, name)

    def keep_bytes(self, name: str, content: bytes) -> None:
        self._s3.put_object(Bucket=self.bucket, Key=name, Body=content)

    # What is secret

    def seal(self, variables: Variables) -> dict[str, str]:
        """Encrypted, for this stage alone."""
        try:
            made = self._kms.generate_data_key(
                KeyId=self.alias, KeySpec="AES_256", EncryptionContext=self._context
            )
        except self._kms.exceptions.NotFoundException as error:
            raise self._missing() from error
        from cryptography.fernet import Fernet  # here: it costs the cold start

        text = Fernet(base64.urlsafe_b64encode(made["Plaintext"])).encrypt(
            json.dumps(dict(variables)).encode()
        )
        return {"key": base64.b64encode(made["CiphertextBlob"]).decode(), "text": text.decode()}

    def unseal(self, sealed: Mapping[str, str]) -> dict[str, str]:
        found = self._kms.decrypt(
            CiphertextBlob=base64.b64decode(sealed["key"]), EncryptionContext=self._context
        )
        from cryptography.fernet import Fernet  # here: it costs the cold start

        text = Fernet(base64.urlsafe_b64encode(found["Plaintext"])).decrypt(sealed["text"].encode())
        variables: dict[str, str] = json.loads(text)
        return variables

    @property
    def _context(self) -> dict[str, str]:
        return {"app": "scc", "stage": self.stage, "what": "environment"}

    def _missing(self) -> NoArchive:
        return NoArchive(
            f"Releases of {self.stage} can't be kept yet: the bucket {self.bucket} or the key "
            f"{self.alias} is missing. Run 'flask --app wsgi stage apply {self.stage}' first."
        )

"""One deployed stage: the names of what it is made of, out of zappa_settings.json."""

import functools
import os
from dataclasses import dataclass
from typing import Any, Final, get_args
from urllib.parse import urlsplit

from scc.config import Stage
from scc.ops.archive import Archive
from scc.ops.function import Function
from scc.ops.releases.kept import Kept
from scc.ops.zappa_settings import refuse_other_region, stage_settings

STAGES: Final = [stage for stage in get_args(Stage) if stage != "local"]


@dataclass(frozen=True)
class Deployment:
    """Where a stage is, and what it is made of."""

    stage: Stage
    region: str
    bucket: str
    public_url: str

    @classmethod
    def of(cls, stage: Stage, settings: dict[str, Any] | None = None) -> "Deployment":
        """From `settings`, as Zappa has read them, or from zappa_settings.json."""
        settings = settings or stage_settings(stage)
        region = settings["aws_region"]
        refuse_other_region(os.environ.setdefault("AWS_DEFAULT_REGION", region), stage)
        url = settings["aws_environment_variables"]["SCC_PUBLIC_URL"]
        return cls(stage, region, settings["s3_bucket"], url.rstrip("/"))

    @property
    def name(self) -> str:
        """Of its function, and of its API."""
        return f"scc-{self.stage}"

    @property
    def host(self) -> str:
        """Of its public address."""
        return urlsplit(self.public_url).netloc

    @property
    def prefix(self) -> str:
        """In front of its public paths: `/_staging`, or nothing."""
        return urlsplit(self.public_url).path

    @functools.cached_property
    def function(self) -> Function:
        return Function(self.name)

    @functools.cached_property
    def kept(self) -> Kept:
        return Kept(Archive(self.stage, self.bucket))

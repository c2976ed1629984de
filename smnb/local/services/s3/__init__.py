"""Amazon S3 as the clients of hosting use it: buckets, objects, multipart uploads."""

from smnb.local.services.s3.object_info import ObjectInfo
from smnb.local.services.s3.service import S3Service
from smnb.local.services.s3.store import S3Store

__all__ = ["ObjectInfo", "S3Service", "S3Store"]

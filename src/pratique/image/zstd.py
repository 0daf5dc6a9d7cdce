"""zstd from the standard library (3.14) or its backport; imported only for layers that need it."""

import sys

from pratique import limits

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

__all__ = ["ZstdError", "decompressor"]


def decompressor() -> ZstdDecompressor:
    """For one frame; refuses windows above `limits.ZSTD_WINDOW_LOG`."""
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: limits.ZSTD_WINDOW_LOG})

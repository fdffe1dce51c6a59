"""How large a file may be that somebody brings, in MB; the server itself takes the largest."""

from vid_pipeline.acts import uploading
from vid_pipeline.acts.briefs import MAX_BYTES

LARGEST_MB = uploading.LARGEST_BYTES // 1_000_000
TEXT_MB = MAX_BYTES // 1_000_000

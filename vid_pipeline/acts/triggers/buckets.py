"""Objects that came under a prefix of a bucket; they are complete, as stores show none before."""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from vid_pipeline.acts.briefs import MAX_BYTES
from vid_pipeline.acts.triggers.files import Seen, of_bytes, wanted
from vid_pipeline.acts.triggers.found import Found
from vid_pipeline.acts.triggers.spool import Spool
from vid_pipeline.errors import BadRequest, BadSource

_MOST = 5000


def look(
    url: str,
    pattern: str,
    marks: Mapping[str, str],
    *,
    allowed: Sequence[str],
    spool: Spool | None = None,
) -> Seen:
    """What lies under a bucket's address; objects whose mark is as before are not read again.

    Raises:
        BadRequest: the operator lets no such bucket be watched.
        BadSource: it cannot be read, or holds too much that is new.
    """
    inside = any(url == one or url.startswith(one.rstrip("/") + "/") for one in allowed)
    if not inside or "%" in url or {".", ".."} & set(url.split("/")):  # an address is read anew
        raise BadRequest("Bucket", url, "Ask the operator to add it to VIDP_WATCHED_BUCKETS.")
    found, kept, refused = list[Found](), dict[str, str](), dict[str, str]()
    spool = spool or Spool()
    try:
        store = from_url(url)
        for group in obstore.list(store):
            for one in group:
                name, mark = one["path"], f"done {one['e_tag'] or one['last_modified']}"
                if not wanted(PurePosixPath(name).name, pattern):
                    continue
                if len(kept) == _MOST:
                    raise BadSource(
                        url, f"more than {_MOST} objects lie there", "Watch a longer prefix."
                    )
                kept[name] = mark
                if marks.get(name) == mark:
                    continue
                if one["size"] > MAX_BYTES:
                    refused[name] = (
                        f"{name} has {one['size'] / 1e6:.0f} MB; at most 20 MB are read."
                    )
                    continue
                data = bytes(obstore.get(store, name).bytes())
                short, at = PurePosixPath(name).name, one["last_modified"]
                found.append(of_bytes(short, data, at, spool))
    except (BaseError, ValueError) as error:
        reason = str(error).splitlines()[0][:200]
        raise BadSource(
            url, f"the bucket cannot be read ({reason})", "Check the address."
        ) from error
    return Seen(tuple(found), kept, refused)

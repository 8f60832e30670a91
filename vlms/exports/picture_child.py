"""The process that draws an uploaded picture anew: the file on stdin, JSON on stdout."""

from __future__ import annotations

import json
import sys
from base64 import b64encode

from vlms.core.errors import BadInput
from vlms.exports.child import live_within_limits
from vlms.exports.pictures import made_anew
from vlms.exports.wire import dump_refusal


def main() -> None:
    live_within_limits()
    try:
        kept = b64encode(made_anew(sys.stdin.buffer.read())).decode()
        sys.stdout.write(json.dumps({"picture": kept}))
    except BadInput as refusal:
        sys.stdout.write(dump_refusal(refusal))


if __name__ == "__main__":
    main()

#!/bin/sh
# Chromium for the browser tests, from Debian, when it is missing and may be installed.
# Never fails: without it those tests are skipped and say why.
command -v chromium >/dev/null && exit 0
[ -n "${VLMS_TEST_CHROMIUM:-}" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Chromium is missing and cannot be installed here: browser tests will be skipped."
    exit 0
fi
echo "Installing Chromium for the browser tests ..."
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium; } \
    >/dev/null 2>&1 </dev/null; then
    echo "Chromium could not be installed: browser tests will be skipped."
fi
exit 0

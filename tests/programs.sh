#!/bin/sh
# Programs that some tests need and no Python package brings: a Chromium for the pages, promtool for the alert rules.
# Takes what is there, else Debian's packages when it may install them, else says how; with CI=1 they must be there.
set -eu
missing=""
for each in chromium chromium-browser google-chrome; do
  command -v "$each" > /dev/null && browser="$each" && break
done
[ -n "${browser:-}" ] || missing="chromium fonts-dejavu-core"
command -v promtool > /dev/null || missing="$missing prometheus"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  echo "Installing Debian's$(printf ' %s' $missing) for the tests that need them."
  install="apt-get install -y -qq --no-install-recommends $missing"
  $install > /dev/null 2>&1 || { apt-get update -qq > /dev/null 2>&1 && $install > /dev/null 2>&1; } && exit 0
fi
echo "Some tests need what is not here: apt-get install$(printf ' %s' $missing). Without it they are skipped."
[ "${CI:-}" != 1 ]

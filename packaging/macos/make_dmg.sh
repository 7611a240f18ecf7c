#!/bin/sh
# A disk image from which the program is dragged to Applications: make_dmg.sh [APP [OUT]]
# by default dist/Boxwright.app, into dist/Boxwright-VERSION-macos-MACHINE.dmg
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
python=${PYTHON:-$root/.venv/bin/python}
app=${1:-$root/dist/Boxwright.app}
out=${2:-$root/dist}
file=$out/Boxwright-$("$python" "$root/packaging/release_version.py")-macos-$(uname -m).dmg
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cp -a "$app" "$stage/Boxwright.app"
ln -s /Applications "$stage/Applications"
cp "$root/LICENSE" "$stage/LICENSE.txt"
mkdir -p "$out"
hdiutil create -volname Boxwright -srcfolder "$stage" -format UDZO -ov "$file"
echo "$file"

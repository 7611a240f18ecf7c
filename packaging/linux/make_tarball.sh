#!/bin/sh
# An archive of the built program that installs itself for one person: make_tarball.sh [PROGRAM [OUT]]
# by default dist/Boxwright, into dist/Boxwright-VERSION-linux-MACHINE.tar.xz
set -eu

parts=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$parts/../..
python=${PYTHON:-$root/.venv/bin/python}
program=${1:-$root/dist/Boxwright}
out=${2:-$root/dist}
name=Boxwright-$("$python" "$root/packaging/release_version.py")-linux-$(uname -m)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

cp -a "$program" "$stage/Boxwright"
mkdir -p "$stage/Boxwright/share/icons"
cp "$parts/boxwright.desktop" "$parts/boxwright.xml" "$stage/Boxwright/share/"
cp "$parts/install.sh" "$stage/Boxwright/"
chmod +x "$stage/Boxwright/install.sh"
"$python" "$root/packaging/make_icons.py" --out "$stage/icons"
cp -R "$stage/icons/hicolor" "$stage/Boxwright/share/icons/"
mkdir -p "$out"
tar --owner=0 --group=0 -C "$stage" -cf - Boxwright | xz -T0 >"$out/$name.tar.xz"
echo "$out/$name.tar.xz"

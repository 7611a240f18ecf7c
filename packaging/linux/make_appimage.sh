#!/bin/sh
# The built program as one file that starts by itself: make_appimage.sh [PROGRAM [OUT]]
# by default dist/Boxwright, into dist/Boxwright-VERSION-MACHINE.AppImage. Needs appimagetool on the path.
set -eu

parts=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$parts/../..
python=${PYTHON:-$root/.venv/bin/python}
program=${1:-$root/dist/Boxwright}
out=${2:-$root/dist}
machine=$(uname -m)
file=$out/Boxwright-$("$python" "$root/packaging/release_version.py")-$machine.AppImage
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
inside=$stage/Boxwright.AppDir

mkdir -p "$inside/usr/lib" "$inside/usr/share/applications" "$inside/usr/share/mime/packages" "$inside/usr/share/icons"
cp -a "$program" "$inside/usr/lib/boxwright"
cp "$parts/boxwright.desktop" "$inside/"
cp "$parts/boxwright.desktop" "$inside/usr/share/applications/"
cp "$parts/boxwright.xml" "$inside/usr/share/mime/packages/"
"$python" "$root/packaging/make_icons.py" --out "$stage/icons"
cp -R "$stage/icons/hicolor" "$inside/usr/share/icons/"
cp "$stage/icons/hicolor/256x256/apps/boxwright.png" "$inside/boxwright.png"
ln -s boxwright.png "$inside/.DirIcon"
ln -s usr/lib/boxwright/boxwright "$inside/AppRun"
mkdir -p "$out"
ARCH=$machine appimagetool --no-appstream "$inside" "$file"
echo "$file"

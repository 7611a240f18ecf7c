#!/bin/sh
# Puts Boxwright, where it lies now, into the menu of the person who runs this; --remove takes it out again.
# Needs no administrator. Whoever moves the folder runs it once more.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
data=${XDG_DATA_HOME:-$HOME/.local/share}
command_link=$HOME/.local/bin/boxwright
desktop_file=$data/applications/boxwright.desktop
mime_file=$data/mime/packages/boxwright.xml

if_there() {
    if command -v "$1" >/dev/null 2>&1; then "$@" >/dev/null 2>&1 || true; fi
}

tell_the_desktop() {
    if_there update-mime-database "$data/mime"
    if_there update-desktop-database "$data/applications"
    if_there gtk-update-icon-cache --quiet --ignore-theme-index "$data/icons/hicolor"
}

remove() {
    rm -f "$desktop_file" "$mime_file"
    rm -f "$data"/icons/hicolor/*/apps/boxwright.png "$data"/icons/hicolor/scalable/apps/boxwright.svg
    if [ -L "$command_link" ]; then rm -f "$command_link"; fi
    tell_the_desktop
    echo "Boxwright is out of the menu. Its folder $here can be deleted; your projects stay where they are."
}

install_here() {
    mkdir -p "$data/applications" "$data/mime/packages" "$data/icons" "$HOME/.local/bin"
    # Quoted as the rules of desktop entries want: a backslash four times, other signs behind two.
    program=$(printf '%s' "$here/boxwright" | sed 's/\\/\\\\\\\\/g; s/["`$]/\\\\&/g; s/%/%%/g')
    {
        grep -v '^Exec=' "$here/share/boxwright.desktop"
        printf 'Exec="%s" %%f\n' "$program"
    } >"$desktop_file"
    cp "$here/share/boxwright.xml" "$mime_file"
    cp -R "$here/share/icons/hicolor" "$data/icons/"
    if [ -L "$command_link" ] || [ ! -e "$command_link" ]; then
        ln -sf "$here/boxwright" "$command_link"
    else
        echo "$command_link is something else already and stays as it is." >&2
    fi
    tell_the_desktop
    echo "Boxwright is in the menu now, and starts with: $command_link"
}

case ${1:-} in
"") install_here ;;
--remove) remove ;;
*)
    echo "usage: install.sh [--remove]" >&2
    exit 2
    ;;
esac

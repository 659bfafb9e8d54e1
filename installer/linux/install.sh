#!/bin/sh
# Installs FER Desktop for one user, or removes it: ./install.sh [--remove]
set -eu

id=io.github.fer_desktop.FerDesktop
here=$(cd "$(dirname "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
program=$prefix/lib/fer-desktop

fail() {
    echo "$1" >&2
    exit 1
}

remove() {
    rm -rf "$program" "$program.new" "$program.old"
    rm -f "$prefix/bin/fer-desktop" \
        "$prefix/share/applications/$id.desktop" \
        "$prefix/share/metainfo/$id.metainfo.xml" \
        "$prefix/share/man/man1/fer-desktop.1.gz"
    for icon in "$prefix"/share/icons/hicolor/*/apps/"$id".*; do
        rm -f "$icon"
    done
}

# Menus notice new entries by themselves, but some need to be told.
refresh() {
    if command -v update-desktop-database >/dev/null; then
        update-desktop-database -q "$prefix/share/applications" || true
    fi
}

missing() {
    for library in "$here/fer-desktop/_internal/PySide6/Qt/plugins/platforms/libqxcb.so" \
        "$here/fer-desktop/_internal/PySide6/Qt/lib/libQt6Gui.so.6"; do
        ldd "$library" | sed -n 's/^[[:space:]]*\(lib[^ ]*\) => not found$/\1/p'
    done | sort -u | tr '\n' ' '
}

case ${1:-} in
--remove)
    remove
    refresh
    echo "FER Desktop is removed. Recordings and settings are kept."
    exit 0
    ;;
"") ;;
*) fail "Usage: ./install.sh [--remove]" ;;
esac

[ -x "$here/fer-desktop/fer-desktop" ] || fail "The folder fer-desktop is missing here; unpack the archive again."
lacking=$(missing)
[ -z "$lacking" ] || fail "This system lacks $lacking. Install these libraries with your package manager first."

mkdir -p "$prefix/lib" "$prefix/bin" "$prefix/share"
rm -rf "$program.new"
cp -R "$here/fer-desktop" "$program.new" || fail "'$prefix' cannot be written to, or the disk is full."
remove_old=$program.old
rm -rf "$remove_old"
[ ! -e "$program" ] || mv "$program" "$remove_old"
mv "$program.new" "$program"
rm -rf "$remove_old"
ln -sf "$program/fer-desktop" "$prefix/bin/fer-desktop"
cp -R "$here/share/." "$prefix/share/"
entry=$prefix/share/applications/$id.desktop
sed "s|^Exec=fer-desktop|Exec=\"$prefix/bin/fer-desktop\"|" "$here/share/applications/$id.desktop" >"$entry"
refresh
echo "FER Desktop is installed: it is in your menu, and as $prefix/bin/fer-desktop."

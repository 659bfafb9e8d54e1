#!/bin/sh
# Proves a package in a system that has nothing: sudo installer/linux/prove.sh dist/fer-desktop_0.1.0_amd64.deb
# Makes a fresh Debian without Python in a folder, installs, tries as an ordinary user, removes, looks for leavings.
# A folder named as second argument is kept and used again.
set -eu

package=$1
root=${2:-$(mktemp -d)}
say() { printf '\n== %s\n' "$1"; }
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
as_user() { inside runuser -u tester -- env HOME=/home/tester "$@"; }
files() { (cd "$root" && find etc opt srv usr var home -xdev ! -path 'var/cache/*' ! -path 'var/lib/apt/*' ! -path 'var/lib/dpkg/*' ! -path 'var/log/*' | sort); }

if [ ! -x "$root/usr/bin/dpkg" ]; then
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mirror=$(apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(SITE)' 'Created-By: Packages' |
        sed -n "s/^Debian|$codename|//p" | head -n 1)
    say "a fresh Debian ($codename)"
    debootstrap --variant=minbase "$codename" "$root" "$mirror" >/dev/null
fi
trap 'umount "$root/proc" "$root/dev/pts" "$root/dev/shm" 2>/dev/null || true' EXIT
mkdir -p "$root/dev/pts" "$root/dev/shm"
mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
mountpoint -q "$root/dev/pts" || mount -t devpts devpts "$root/dev/pts"
mountpoint -q "$root/dev/shm" || mount -t tmpfs tmpfs "$root/dev/shm"
# The screen is the test's own; the package must not lean on what it brings.
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends xvfb xauth >/dev/null
inside id tester >/dev/null 2>&1 || inside useradd --create-home tester
if inside sh -c 'command -v python3'; then
    echo "There is a Python in the fresh system; this proves nothing." >&2
    exit 1
fi
inside sh -c 'dpkg-query -f "\${Package}\n" -W | sort' >"$root/tmp/packages.before"
files >"$root/tmp/files.before"

say "install"
cp "$package" "$root/tmp/fer-desktop.deb"
inside apt-get install -y -qq --no-install-recommends /tmp/fer-desktop.deb >/dev/null
du -sm "$root/usr/lib/fer-desktop"
inside dpkg --verify fer-desktop

say "smoke test on a screen"
as_user xvfb-run -a fer-desktop --smoke-test
say "smoke test without one"
as_user fer-desktop --smoke-test
say "the rest of the program"
as_user sh -euc '
    cd "$HOME"
    fer-desktop --version
    fer-desktop analyze demo --end 3 --jobs 2 --out study
    fer-desktop export study/* --out out --format csv --format parquet --format xlsx --format elan \
        --format bids --format openface --format facereader --format pack
    fer-desktop report study/* --out report.html
    fer-desktop check study
    fer-desktop doctor
'

say "remove"
rm -rf "$root/home/tester"
mkdir -p "$root/home/tester"
inside chown tester: /home/tester
inside cp -rT /etc/skel /home/tester
inside apt-get purge -y -qq --autoremove fer-desktop >/dev/null
inside sh -c 'dpkg-query -f "\${Package}\n" -W | sort' >"$root/tmp/packages.after"
files >"$root/tmp/files.after"
left=$(comm -13 "$root/tmp/files.before" "$root/tmp/files.after")
if [ -n "$left" ]; then
    echo "Left behind:" >&2
    echo "$left" >&2
    exit 1
fi
cmp "$root/tmp/packages.before" "$root/tmp/packages.after"
say "nothing is left behind"

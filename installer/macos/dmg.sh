#!/bin/sh
# Makes the disk image on a Mac: installer/macos/dmg.sh "dist/FER Desktop.app" dist/FER-Desktop-0.1.0.dmg
# With SIGN_AS set to a Developer ID, the program and the image are signed; with NOTARY_PROFILE set to a profile
# of `xcrun notarytool store-credentials`, the image is notarised as well.
set -eu

app=$1
image=$2
entitlements=$(dirname "$0")/entitlements.plist
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

if [ -n "${SIGN_AS:-}" ]; then
    # Inside out: first every library, then the program around them.
    find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
        xargs -0 codesign --force --timestamp --options runtime --sign "$SIGN_AS"
    codesign --force --timestamp --options runtime --entitlements "$entitlements" --sign "$SIGN_AS" "$app"
    codesign --verify --deep --strict "$app"
fi

ditto "$app" "$stage/FER Desktop.app"
ln -s /Applications "$stage/Applications"
rm -f "$image"
hdiutil create -volname "FER Desktop" -srcfolder "$stage" -fs HFS+ -format UDZO -quiet "$image"

if [ -n "${SIGN_AS:-}" ]; then
    codesign --timestamp --sign "$SIGN_AS" "$image"
fi
if [ -n "${NOTARY_PROFILE:-}" ]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
fi
echo "$image"
